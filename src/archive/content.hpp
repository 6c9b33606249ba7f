// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/hash.hpp"
#include "catalog/catalog.hpp"
#include "catalog/places.hpp"
#include "model/file.hpp"

// From content back to the files that have it.
namespace larmor::archive {

/// Absent when nothing that is visible has, or had within the grace period, this content.
std::optional<model::Blob> find_content(
    catalog::Catalog& catalog, const model::Visibility& visibility, const Sha256Digest& sha256
);

/// Calls `tell` with the address of each file that has this blob, a GET target, and returns how
/// many there are. Reads page by page: there may be millions, of an empty file.
std::size_t for_each_address(
    catalog::Catalog& catalog,
    const model::Visibility& visibility,
    model::Key blob,
    const std::function<void(const std::string&)>& tell
);

/// The address of a file, by labels where there are some:
/// `/data/projects/P/subjects/S/experiments/E/scans/1/resources/DICOM/files/1.dcm`, or
/// `/data/user/cache/resources/R/files/1.dcm`, which is one for its user only.
std::string address_of(const catalog::Place& place, const std::string& path);

}  // namespace larmor::archive
