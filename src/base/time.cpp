// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <ctime>

#include <fmt/format.h>

namespace larmor {
namespace {

constexpr const char* day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* month_names[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::tm utc(UnixMillis time) {
    const auto seconds = static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(time)).count()
    );
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    return fields;
}

std::int64_t milli_part(UnixMillis time) {
    return (time % 1000 + 1000) % 1000;
}

std::string format_date_and_time(UnixMillis time, char between) {
    const auto fields = utc(time);
    return fmt::format(
        "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}.{:03}",
        fields.tm_year + 1900,
        fields.tm_mon + 1,
        fields.tm_mday,
        between,
        fields.tm_hour,
        fields.tm_min,
        fields.tm_sec,
        milli_part(time)
    );
}

}  // namespace

UnixMillis now_millis() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string format_http_date(UnixMillis time) {
    const auto fields = utc(time);
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        day_names[fields.tm_wday],
        fields.tm_mday,
        month_names[fields.tm_mon],
        fields.tm_year + 1900,
        fields.tm_hour,
        fields.tm_min,
        fields.tm_sec
    );
}

std::optional<UnixMillis> parse_http_date(std::string_view text) {
    const std::string copy(text);
    for (const char* form : {"%a, %d %b %Y %T GMT", "%A, %d-%b-%y %T GMT", "%a %b %e %T %Y"}) {
        std::tm fields{};
        const char* end = strptime(copy.c_str(), form, &fields);
        if (end != nullptr && *end == '\0') {
            return static_cast<UnixMillis>(timegm(&fields)) * 1000;
        }
    }
    return {};
}

std::string format_timestamp(UnixMillis time) {
    return format_date_and_time(time, ' ');
}

std::string format_iso_time(UnixMillis time) {
    return format_date_and_time(time, 'T') + "Z";
}

}  // namespace larmor
