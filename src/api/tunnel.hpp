// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http/request.hpp"

namespace larmor::api {

/// What a request does: its method, or of `POST …?method=PUT` what that says, for clients that can
/// only GET and POST. Only GET, PUT, POST and DELETE can be said so (invalid_argument), and not by
/// a page of another site (forbidden): browsers let any page send a POST.
std::string method_of(const http::Request& request);

}  // namespace larmor::api
