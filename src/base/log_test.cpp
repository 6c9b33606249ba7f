// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor {

using testing::HasSubstr;

TEST(Log, OneEventIsOneLineWhateverTheClientSent) {
    testing::internal::CaptureStderr();
    configure_log(LogFormat::text, LogLevel::info);
    log(LogLevel::info, "request", {{"path", "/a\n2026 forged=\"1\""}, {"status", "200"}});
    const auto output = testing::internal::GetCapturedStderr();
    EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1);
    EXPECT_THAT(output, HasSubstr(R"(path="/a\u000a2026 forged=\"1\"" status=200)"));
}

TEST(Log, JsonIsValidForBytesThatAreNotUtf8) {
    testing::internal::CaptureStderr();
    configure_log(LogFormat::json, LogLevel::info);
    log(LogLevel::warning, "odd {} name", {{"path", "/\xFF"}});
    log(LogLevel::debug, "not shown");
    const auto output = testing::internal::GetCapturedStderr();
    EXPECT_THAT(output, HasSubstr(R"("level":"warning","message":"odd {} name","path":"/\u00ff")"));
    EXPECT_THAT(output, testing::Not(HasSubstr("not shown")));
    configure_log(LogFormat::text, LogLevel::info);
}

}  // namespace larmor
