// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

namespace larmor {

TEST(Time, HttpDatesAreReadInAllThreeForms) {
    constexpr UnixMillis moment = 784111777000;
    EXPECT_EQ(format_http_date(moment), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), moment);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), moment);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), moment);
    for (const auto* bad : {"", "yesterday", "Sun, 06 Nov 1994", "784111777"}) {
        EXPECT_FALSE(parse_http_date(bad)) << bad;
    }
}

TEST(Time, MillisecondsAreKeptAlsoBefore1970) {
    EXPECT_EQ(format_timestamp(1'700'000'000'045), "2023-11-14 22:13:20.045");
    EXPECT_EQ(format_iso_time(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace larmor
