// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <atomic>
#include <memory>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "base/time.hpp"

namespace larmor {
namespace {

std::atomic<LogFormat> format_now = LogFormat::text;

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = spdlog::stderr_logger_mt("larmor");
        made->set_pattern("%v");
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::off;
}

std::string_view level_name(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    return "";
}

/// Quoted so that it is valid JSON and one line, whatever bytes it holds.
std::string quoted(std::string_view text) {
    const bool utf8 = is_valid_utf8(text);
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (byte < 0x20 || byte == 0x7F || (byte > 0x7F && !utf8)) {
            result += fmt::format("\\u{:04x}", byte);
        } else {
            result += c;
        }
    }
    return result + '"';
}

}  // namespace

void configure_log(LogFormat format, LogLevel least) {
    format_now = format;
    logger().set_level(spdlog_level(least));
    logger().flush_on(spdlog::level::debug);
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (!logger().should_log(spdlog_level(level))) return;
    const auto time = format_iso_time(now_millis());
    std::string line;
    if (format_now == LogFormat::json) {
        line = fmt::format(
            R"({{"time":"{}","level":"{}","message":{})", time, level_name(level), quoted(message)
        );
        for (const auto& field : fields) {
            line += fmt::format(",\"{}\":{}", field.name, quoted(field.value));
        }
        line += '}';
    } else {
        const auto escaped = quoted(message);
        line =
            fmt::format("{} {} {}", time, level_name(level), escaped.substr(1, escaped.size() - 2));
        for (const auto& field : fields) {
            const bool bare =
                !field.value.empty() && field.value.find_first_of(" \"\\=") == std::string::npos;
            const auto text = quoted(field.value);
            const bool plain = bare && text.size() == field.value.size() + 2;
            line += fmt::format(" {}={}", field.name, plain ? field.value : text);
        }
    }
    logger().log(spdlog_level(level), line);
}

}  // namespace larmor
