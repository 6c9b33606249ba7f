// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/command_line.hpp"

namespace larmor::server {

/// Prints where the object of a content lies, what the catalog says of it, and every file that
/// has it. False, with a message, when the archive does not know it. May run beside the server.
bool print_blob(const BlobCommand& command);

}  // namespace larmor::server
