// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "base/hash.hpp"
#include "server/configuration.hpp"

namespace larmor::server {

/// `larmor` was called in a way that it does not understand; `what()` says what is wrong.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct ServeCommand {
    Configuration configuration;
};

struct FsckCommand {
    Configuration configuration;
    bool reads_content = false;  // else only what is there and how long it is
};

struct BlobCommand {
    Configuration configuration;
    Sha256Digest sha256{};
};

struct TreeCommand {
    Configuration configuration;
    std::filesystem::path target;
};

/// Help or version: print it and end.
struct PrintCommand {
    std::string text;
};

using Command = std::variant<ServeCommand, FsckCommand, BlobCommand, TreeCommand, PrintCommand>;

/// `arguments` without the program's name. Reads the configuration file when one is named; flags
/// win over it. Throws UsageError, or Error when the file is bad.
Command parse_command_line(const std::vector<std::string>& arguments);

}  // namespace larmor::server
