// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace larmor::storage {

/// What the file `archive-id` of a folder of objects says: the archive that they belong to.
/// Absent without the file or the folder.
std::optional<std::string> read_archive_id(const std::filesystem::path& folder);
/// Durably, and wholly or not at all. The folder must be there.
void write_archive_id(const std::filesystem::path& folder, const std::string& id);

}  // namespace larmor::storage
