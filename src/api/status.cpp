// SPDX-License-Identifier: Apache-2.0
#include "api/status.hpp"

#include <cstdlib>

namespace larmor::api {

unsigned http_status(ErrorKind kind) {
    switch (kind) {  // no default: the compiler reports a kind without a status
        case ErrorKind::invalid_argument: return 400;
        case ErrorKind::unauthenticated: return 401;
        case ErrorKind::forbidden: return 403;
        case ErrorKind::not_found: return 404;
        case ErrorKind::conflict: return 409;
        case ErrorKind::missing_content: return 409;
        case ErrorKind::unprocessable: return 422;
        case ErrorKind::unsupported: return 415;
        case ErrorKind::too_large: return 413;
        case ErrorKind::precondition_failed: return 412;
        case ErrorKind::locked: return 423;
        case ErrorKind::no_space: return 507;
        case ErrorKind::corrupt: return 500;
        case ErrorKind::unavailable: return 503;
    }
    std::abort();
}

}  // namespace larmor::api
