// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "server/configuration.hpp"

namespace larmor::server {

/// Sets what the TOML file names; folders are relative to the folder of the file. Throws
/// not_found when there is no such file, and invalid_argument naming file, line and key when it
/// is no TOML, has a key that we do not know or a bad value.
void read_configuration_file(const std::filesystem::path& file, Configuration& configuration);

}  // namespace larmor::server
