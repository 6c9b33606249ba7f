// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace larmor {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

struct LogField {
    std::string_view name;  // a constant of ours, never client text
    std::string value;      // escaped here: control bytes and quotes cannot forge a line
};

/// Where and how lines go from now on; before it is called, text on standard error.
void configure_log(LogFormat format, LogLevel least);

/// One line: time, level, message, then the fields as name="value" or as JSON members.
/// Thread-safe; never pass a secret.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

}  // namespace larmor
