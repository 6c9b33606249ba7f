// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.hpp"

// What a failed call says of the disk that holds the objects.
namespace larmor::storage {

/// As system_error, but what cannot be found while writing is a disk that is not there.
Error failed_write(const std::string& action, const std::string& thing, int error_number);

/// Unavailable: that a disk cannot be read is no proof that something is gone.
Error failed_read(const std::string& action, const std::string& thing, int error_number);

}  // namespace larmor::storage
