// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/answer.hpp"

namespace larmor::http {
namespace {

using namespace std::string_literals;

TEST(Attachment, QuotesTheNameAndAddsTheExtendedFormOnlyBeyondAscii) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"MR1.zip", R"(attachment; filename="MR1.zip")"},
        {"a b;c.dcm", R"(attachment; filename="a b;c.dcm")"},
        {"", R"(attachment; filename="")"},
        {"a\"b.dcm", R"(attachment; filename="a\"b.dcm")"},
        {"a\\b", R"(attachment; filename="a\\b")"},
        {"a\r\nSet-Cookie: x", R"(attachment; filename="a__Set-Cookie: x")"},
        {"a\0b\x7F"s, R"(attachment; filename="a_b_")"},
        {"na\xC3\xAFve 1.zip",
         "attachment; filename=\"na_ve 1.zip\"; filename*=UTF-8''na%C3%AFve%201.zip"},
        {"\xE8\x84\xB3.nii", "attachment; filename=\"_.nii\"; filename*=UTF-8''%E8%84%B3.nii"},
        {"\xC3\xA9\"';.x",
         "attachment; filename=\"_\\\"';.x\"; filename*=UTF-8''%C3%A9%22%27%3B.x"},
        {"bad\xFF.zip", R"(attachment; filename="bad_.zip")"},
    };
    for (const auto& [name, value] : table)
        EXPECT_EQ(attachment(name), value) << name;
}

}  // namespace
}  // namespace larmor::http
