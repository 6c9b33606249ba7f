// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/command_line.hpp"

namespace larmor::server {

/// Compares the catalog with the stored files and prints what is wrong, then a summary. False
/// when something is. The archive must not be served meanwhile.
bool fsck(const FsckCommand& command);

}  // namespace larmor::server
