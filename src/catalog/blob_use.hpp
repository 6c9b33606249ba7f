// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "catalog/catalog.hpp"
#include "model/file.hpp"

// How files come to share blobs: the row is the lock, so two equal uploads end with one row.
namespace larmor::catalog {

struct UsedBlob {
    model::Blob blob;  // as its row is now
    bool object_is_used = false;
};
/// The row for this content, made with this object when there is none, mended with it when the
/// row's own object is missing or damaged. It is about to get a file, so it bears no mark.
UsedBlob use_blob(Change& change, const model::Blob& blob);

/// Gives the row the object of `replacement`, if it still has the old one, and makes it sound.
bool replace_object(
    Change& change, Key blob, std::string_view old_object_key, const model::Blob& replacement
);

/// Marks the blob when it has no file any more.
void mark_if_unreferenced(Change& change, Key blob);

/// Gives a new revision to every resource that has a file of this blob.
void renew_resources_of(Change& change, Key blob);

}  // namespace larmor::catalog
