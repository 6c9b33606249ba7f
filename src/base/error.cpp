// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <cerrno>
#include <system_error>

namespace larmor {

Error system_error(const std::string& action, const std::string& thing, int error_number) {
    const auto message =
        action + " '" + thing + "': " + std::generic_category().message(error_number);
    switch (error_number) {
        case ENOSPC:
        case EDQUOT: return {ErrorKind::no_space, message};
        case ENOENT: return {ErrorKind::not_found, message};
        default: return {ErrorKind::unavailable, message};
    }
}

}  // namespace larmor
