// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "auth/sign_in.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::auth {
namespace {

Error malformed(const std::string& reason) {
    return {ErrorKind::unauthenticated, "the Authorization header " + reason};
}

}  // namespace

Credentials parse_basic(std::string_view authorization) {
    authorization = trim(authorization);
    const auto blank = std::min(authorization.find(' '), authorization.size());
    if (!equals_ignoring_case(authorization.substr(0, blank), "Basic")) {
        throw malformed("is not of the scheme Basic");
    }
    const auto decoded = from_base64(trim(authorization.substr(blank)));
    if (!decoded) throw malformed("is not valid base64");
    // RFC 7617: no control characters; we ask for UTF-8 in the challenge.
    if (!is_valid_utf8(*decoded)) throw malformed("is not in UTF-8");
    if (has_control(*decoded)) throw malformed("has control characters");
    const auto colon = decoded->find(':');
    if (colon == std::string::npos) throw malformed("has no ':' between name and password");
    return {.name = decoded->substr(0, colon), .password = decoded->substr(colon + 1)};
}

}  // namespace larmor::auth
