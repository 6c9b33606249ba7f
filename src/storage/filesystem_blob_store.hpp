// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "storage/blob_store.hpp"

namespace larmor::storage {

struct FilesystemOptions {
    /// What uploads leave free on the disk, for the catalog that may share it and for the file
    /// system itself; of a small disk a sixteenth at most.
    std::uint64_t reserve_bytes = 0;
};

/// A folder of files, `FOLDER/<batch>/<n>`: one directory per batch of a few thousand objects,
/// since that is 1.4 to 1.9 times faster to sync than directories by hash. Creates the folder.
/// Objects that are being written must not outlive the store.
std::unique_ptr<BlobStore> open_filesystem_blob_store(
    const std::filesystem::path& folder, FilesystemOptions options = {}
);

/// Where an object of such a folder lies, as an absolute path, for people: programs go through the
/// store. Throws corrupt for what is no key.
std::filesystem::path object_path(const std::filesystem::path& folder, const std::string& key);

}  // namespace larmor::storage
