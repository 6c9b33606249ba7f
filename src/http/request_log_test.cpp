// SPDX-License-Identifier: Apache-2.0
#include "http/request_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::http {
namespace {

TEST(RequestLog, NeverShowsTheValueOfASecret) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"/a", "/a"},
        {"/a?", "/a?"},
        {"/a?x=1&y=2", "/a?x=1&y=2"},
        {"/a?session=MR1", "/a?session=MR1"},
        {"/a?password=hush", "/a?password=***"},
        {"/a?x=1&Password=hush&y=2", "/a?x=1&Password=***&y=2"},
        {"/a?new%5Fpass%77ord=hush", "/a?new%5Fpass%77ord=***"},
        {"/a?access_token=hush", "/a?access_token=***"},
        {"/a?clientSecret=a=b", "/a?clientSecret=***"},
        {"/a?JSESSIONID=hush", "/a?JSESSIONID=***"},
        {"/a?token", "/a?token"},
        {"/a?api_key=hush&pw=hush", "/a?api_key=***&pw=***"},
        {"/a;jsessionid=hush/b;x=1;jsessionid=hush?y", "/a;jsessionid=***/b;x=1;jsessionid=***?y"},
        {"/token=1/a;b", "/token=1/a;b"},
        {"http://me:hush@host/a?x=1", "http://***@host/a?x=1"},
        {"http://host/a@b", "http://host/a@b"},
        {"*", "*"},
        {"", ""},
    };
    for (const auto& [target, shown] : table)
        EXPECT_EQ(loggable_target(target), shown);
}

TEST(RequestLog, ShortensALongTarget) {
    const auto shown = loggable_target('/' + std::string(10'000, 'a'));
    EXPECT_LT(shown.size(), 2100U);
    EXPECT_TRUE(shown.ends_with("aaa..."));
}

}  // namespace
}  // namespace larmor::http
