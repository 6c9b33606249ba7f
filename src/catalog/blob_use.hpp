// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/catalog.hpp"
#include "model/file.hpp"

// How files come to share blobs: the row is the lock, so two equal uploads end with one row.
namespace larmor::catalog {

struct UsedBlob {
    Key key = 0;
    bool object_is_used = false;
};
/// The row for this content, made with this object when there is none, mended with it when the
/// row's own object is missing or damaged. It is about to get a file, so it bears no mark.
UsedBlob use_blob(Change& change, const model::Blob& blob);

/// Marks the blob when it has no file any more.
void mark_if_unreferenced(Change& change, Key blob);

/// Gives a new revision to every resource that has a file of this blob.
void renew_resources_of(Change& change, Key blob);

}  // namespace larmor::catalog
