// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/configuration.hpp"

namespace larmor::server {

/// Serves the archive of the configuration until SIGTERM or SIGINT, then lets running answers end
/// within the grace time; a second signal cuts them. Throws when it cannot start.
void serve(const Configuration& configuration);

}  // namespace larmor::server
