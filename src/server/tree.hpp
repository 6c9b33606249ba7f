// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/command_line.hpp"

namespace larmor::server {

/// Lays out a readable tree of links to all stored files and prints a summary. May run beside
/// the server.
void lay_out_tree(const TreeCommand& command);

}  // namespace larmor::server
