// SPDX-License-Identifier: Apache-2.0
#include "api/tunnel.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::api {
namespace {

http::Request request(const std::string& method, const std::string& query) {
    http::Request made;
    made.method = method;
    made.target.query = http::parse_query(query);
    made.headers.add("Host", "archive.example:8080");
    return made;
}

ErrorKind refusal_of(const http::Request& made) {
    try {
        method_of(made);
    } catch (const Error& error) {
        return error.kind();
    }
    throw std::logic_error("no error came");
}

}  // namespace

TEST(Tunnel, LetsOnlyAPostMeanAnotherMethod) {
    EXPECT_EQ(method_of(request("POST", "method=PUT")), "PUT");
    EXPECT_EQ(method_of(request("POST", "x=1&method=delete")), "DELETE");
    EXPECT_EQ(method_of(request("POST", "method=GET")), "GET");
    EXPECT_EQ(method_of(request("POST", "method=POST")), "POST");
    EXPECT_EQ(method_of(request("POST", "")), "POST");
    EXPECT_EQ(method_of(request("POST", "Method=PUT")), "POST");
    EXPECT_EQ(method_of(request("GET", "method=DELETE")), "GET");
    EXPECT_EQ(method_of(request("PUT", "method=DELETE")), "PUT");
}

TEST(Tunnel, RefusesMethodsItDoesNotKnow) {
    for (const auto* query : {"method=", "method", "method=HEAD", "method=OPTIONS", "method=x"}) {
        EXPECT_EQ(refusal_of(request("POST", query)), ErrorKind::invalid_argument) << query;
    }
}

TEST(Tunnel, IsClosedToPagesOfOtherSites) {
    for (const auto* origin :
         {"http://evil.example",
          "null",
          "http://archive.example",
          "http://x.archive.example:8080"}) {
        auto made = request("POST", "method=DELETE");
        made.headers.add("Origin", origin);
        EXPECT_TRUE(is_of_another_site(made)) << origin;
    }
    auto own = request("POST", "method=DELETE");
    own.headers.add("Origin", "https://Archive.example:8080");
    EXPECT_FALSE(is_of_another_site(own));
    EXPECT_FALSE(is_of_another_site(request("POST", "")));
}

}  // namespace larmor::api
