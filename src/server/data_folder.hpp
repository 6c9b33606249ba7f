// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace larmor::server {

inline std::filesystem::path catalog_file_in(const std::filesystem::path& data_folder) {
    return data_folder / "catalog.sqlite";
}

/// The folder of one archive, held by one process at a time.
class DataFolder {
public:
    /// Creates the folder when absent, readable by its owner only. Throws locked, naming the
    /// process, while another one holds it, and unsupported when it is on a network disk, on
    /// which the catalog would break.
    explicit DataFolder(std::filesystem::path path);

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path catalog_file() const { return catalog_file_in(path_); }

private:
    std::filesystem::path path_;
    FileDescriptor lock_;
};

/// The name of the network file system with this magic number of statfs(2); absent for others.
std::optional<std::string_view> network_file_system(long magic);

}  // namespace larmor::server
