// SPDX-License-Identifier: Apache-2.0
#include "api/error_answer.hpp"

#include <gtest/gtest.h>

#include "api/golden.hpp"

namespace larmor::api {
namespace {

http::Answer answer_to(const std::string& accept, const std::string& message) {
    http::Request request;
    if (!accept.empty()) request.headers.add("Accept", accept);
    return error_answer(request, 404, message);
}

std::string text_of(const http::Answer& answer) {
    return std::get<std::string>(answer.body);
}

}  // namespace

TEST(ErrorAnswer, IsTextUnlessJsonIsPreferred) {
    for (const auto* accept :
         {"",
          "*/*",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "application/*",
          "application/octet-stream",
          "text/plain, application/json",
          "application/json;q=0.2, text/plain",
          "application/json;q=0",
          "nonsense"}) {
        const auto answer = answer_to(accept, "no project 'demo'");
        EXPECT_EQ(answer.content_type, "text/plain") << accept;
        EXPECT_EQ(text_of(answer), "no project 'demo'\n") << accept;
        EXPECT_EQ(answer.status, 404U);
    }
}

TEST(ErrorAnswer, IsOneLineWhateverTheNameThatItRepeats) {
    EXPECT_EQ(
        text_of(answer_to("", "no scan 'a\nb\r\t\x7F\xC3\xBC'")), "no scan 'a?b???\xC3\xBC'\n"
    );
}

TEST(ErrorAnswer, IsJsonForWhoeverPrefersIt) {
    for (const auto* accept :
         {"application/json",
          "APPLICATION/JSON; charset=utf-8",
          "application/json, text/plain, */*",
          "text/plain;q=0.5, application/json",
          "*/*;q=0.1, application/json;q=0.2"}) {
        const auto answer = answer_to(accept, "x");
        EXPECT_EQ(answer.content_type, "application/json") << accept;
    }
    expect_golden("error.json", text_of(answer_to("application/json", "no 'a\"b' \xC3\xBC\n<x>")));
}

}  // namespace larmor::api
