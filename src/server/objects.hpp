// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "catalog/catalog.hpp"
#include "storage/filesystem_blob_store.hpp"

namespace larmor::server {

/// Opens the folder of this catalog's objects, which both bear the same random id from their first
/// start on. Throws unavailable, naming the folder and touching nothing, when the folder has no id
/// although the catalog names objects (a disk is not mounted) or that of another archive, whose
/// objects would be taken for surplus.
std::unique_ptr<storage::BlobStore> open_objects(
    catalog::Catalog& catalog,
    const std::filesystem::path& folder,
    storage::FilesystemOptions options = {}
);

}  // namespace larmor::server
