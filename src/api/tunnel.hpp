// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http/request.hpp"

namespace larmor::api {

/// What a request does: its method, or of `POST …?method=PUT` what that says, for clients that can
/// only GET and POST. Only GET, PUT, POST and DELETE can be said so (invalid_argument).
std::string method_of(const http::Request& request);

/// Whether a page of another site sends this: browsers say so of a POST, which they let any page
/// send, with the password of the user; programs say nothing.
bool is_of_another_site(const http::Request& request);

}  // namespace larmor::api
