// SPDX-License-Identifier: Apache-2.0
#include "api/tunnel.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {

bool is_of_another_site(const http::Request& request) {
    const auto origin = request.headers.find("Origin");
    if (!origin) return false;
    const auto host = origin->find("://");
    const auto own = request.headers.find("Host").value_or("");
    return host == origin->npos || !equals_ignoring_case(origin->substr(host + 3), own);
}

std::string method_of(const http::Request& request) {
    const auto said = request.method == "POST" ? request.target.query.find("method") : std::nullopt;
    if (!said) return request.method;
    static constexpr std::array<std::string_view, 4> methods{"GET", "PUT", "POST", "DELETE"};
    const auto known = std::find_if(methods.begin(), methods.end(), [&](auto method) {
        return equals_ignoring_case(*said, method);
    });
    if (known == methods.end()) {
        throw Error(
            ErrorKind::invalid_argument, "method=" + *said + " is none of GET, PUT, POST and DELETE"
        );
    }
    return std::string(*known);
}

}  // namespace larmor::api
