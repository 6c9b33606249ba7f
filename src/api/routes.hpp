// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "api/call.hpp"
#include "base/error.hpp"

namespace larmor::api {

using Handler = http::Reply (*)(const Services&, const Call&);

/// Who may call a route: everybody, or those who are signed in.
enum class Access { open, signed_in };

/// Where XNAT answers an error of this kind with a status of its own.
struct StatusOverride {
    ErrorKind kind;
    unsigned status;
};

struct Route {
    Place place;
    const char* method;
    Handler handler;
    Access access = Access::signed_in;
    std::vector<StatusOverride> overrides = {};
};

/// The route of a place and method; nullptr when the place has no such method.
const Route* find_route(Place place, const std::string& method);
/// Those that some path has, for `OPTIONS *`.
constexpr const char* methods_of_all_paths = "GET, HEAD, PUT, POST, DELETE, OPTIONS";
/// `GET, HEAD, PUT, OPTIONS`: for 405 and OPTIONS.
std::string allowed_methods(Place place);

}  // namespace larmor::api
