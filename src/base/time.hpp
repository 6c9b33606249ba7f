// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larmor {

/// Milliseconds since 1970-01-01T00:00:00 UTC: how every moment is stored.
using UnixMillis = std::int64_t;

UnixMillis now_millis();

/// `Sun, 06 Nov 1994 08:49:37 GMT`, rounded down to the second (RFC 9110 §5.6.7).
std::string format_http_date(UnixMillis time);
/// Any of the three forms of RFC 9110; absent when it is none of them.
std::optional<UnixMillis> parse_http_date(std::string_view text);

/// `2026-11-22 09:37:00.123`: XNAT's timestamp, in UTC.
std::string format_timestamp(UnixMillis time);
/// `2026-11-22T09:37:00.123Z`.
std::string format_iso_time(UnixMillis time);

}  // namespace larmor
