// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/configuration.hpp"

namespace larmor::server {

/// Throws not_found unless catalog and objects are where the configuration says. For commands that
/// must not make an archive: a mistyped folder is an error, and not an archive without a file.
void require_archive(const Configuration& configuration);

}  // namespace larmor::server
