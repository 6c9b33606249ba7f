// SPDX-License-Identifier: Apache-2.0
#include "model/names.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::model {
namespace {

constexpr std::string_view means_something_else = "means something else in a path";

[[noreturn]] void refuse(std::string_view what, std::string_view name, std::string_view reason) {
    // A name that is not UTF-8 would make the message invalid too.
    const auto shown = is_valid_utf8(name) ? std::string(name.substr(0, 300)) : to_hex(name);
    throw Error(
        ErrorKind::invalid_argument, std::string(what) + " '" + shown + "' " + std::string(reason)
    );
}

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

void check_word(std::string_view what, std::string_view text) {
    if (text.size() > segment_bytes_max) refuse(what, text, "is longer than 255 bytes");
    if (!is_word(text)) refuse(what, text, "may hold only letters, digits, '_' and '-'");
}

void check_segment(std::string_view what, std::string_view segment) {
    if (segment.empty()) refuse(what, segment, "is empty");
    if (segment.size() > segment_bytes_max) refuse(what, segment, "is longer than 255 bytes");
    if (segment == "." || segment == "..") refuse(what, segment, "is not allowed as a name");
    if (!is_valid_utf8(segment)) refuse(what, segment, "(in hex) is not valid UTF-8");
    if (segment.find('\0') != std::string_view::npos) refuse(what, "", "holds a NUL");
}

void check_selectable(std::string_view what, std::string_view name) {
    check_segment(what, name);
    if (has_control(name)) refuse(what, name, "holds a control character");
    if (name.find_first_of("/\\,") != std::string_view::npos) {
        refuse(what, name, "may not hold '/', '\\' or ','");
    }
    if (trim(name) != name) refuse(what, name, "begins or ends with a blank");
}

/// Words that mean something else where an id could stand.
bool is_keyword(std::string_view name) {
    return name == "ALL" || name == "*" || name == "NULL" ||
           name.find("[SLASH]") != std::string_view::npos ||
           name.find("[COMMA]") != std::string_view::npos;
}

}  // namespace

void check_project_id(std::string_view id) {
    check_word("project ID", id);
}

void check_subject_label(std::string_view label) {
    check_word("subject label", label);
}

void check_experiment_label(std::string_view label) {
    check_word("experiment label", label);
    if (label == "ALL") refuse("experiment label", label, means_something_else);
}

void check_item_id(std::string_view what, std::string_view id) {
    check_selectable(what, id);
    if (is_keyword(id)) refuse(what, id, means_something_else);
}

void check_cache_resource_label(std::string_view label) {
    check_selectable("resource label", label);
}

void check_resource_label(std::string_view label) {
    check_selectable("resource label", label);
    if (std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        refuse("resource label", label, "is a number, which would be read as a resource's id");
    }
}

void check_file_path(std::string_view path) {
    if (path.empty()) refuse("file path", path, "is empty");
    if (path.size() > path_bytes_max) refuse("file path", path, "is longer than 1,024 bytes");
    for (const auto segment : split(path, '/'))
        check_segment("file path segment", segment);
    // What unpacks an archive on Windows takes a backslash for a separator.
    const auto as_seen_by_windows = replace_all(std::string(path), "\\", "/");
    const bool has_drive =
        as_seen_by_windows.size() > 2 && as_seen_by_windows.compare(1, 2, ":/") == 0;
    if (has_drive || as_seen_by_windows.front() == '/') {
        refuse("file path", path, "is absolute on Windows");
    }
    for (const auto segment : split(as_seen_by_windows, '/')) {
        if (segment == "..") refuse("file path", path, "climbs out of its folder");
    }
}

}  // namespace larmor::model
