// SPDX-License-Identifier: Apache-2.0
#include "archive/attributes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/data_types.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t value_bytes_max = 64 * 1024;

struct TypedKey {
    std::string_view type;  // empty for a shortcut
    std::string_view path;
};

TypedKey split_key(std::string_view key) {
    const auto slash = key.find('/');
    const auto colon = key.find(':');
    if (slash == std::string_view::npos || colon > slash) return {"", key};
    return {key.substr(0, slash), key.substr(slash + 1)};
}

bool is_custom_field(std::string_view path) {
    return path.starts_with("fields/field[name=") && path.ends_with("]/field");
}

/// The field's path as the table spells it; absent when the object has no such field.
std::optional<std::string> known_path(
    const TypedKey& key, std::string_view xsi_type, const model::Field*& field
) {
    if (key.type.empty()) {
        field = model::find_shortcut(xsi_type, key.path);
        return field ? std::optional(std::string(field->path)) : std::nullopt;
    }
    if (!model::is_a(xsi_type, key.type)) return {};
    const auto path = model::plain_path(key.path);
    field = model::find_field(xsi_type, path);
    if (field) return std::string(field->path);
    return is_custom_field(path) ? std::optional(path) : std::nullopt;
}

void check_text(std::string_view path, std::string_view value) {
    if (value.size() > value_bytes_max) {
        throw Error(
            ErrorKind::invalid_argument, "the value of " + std::string(path) + " is too long"
        );
    }
    if (!is_valid_utf8(value) || value.find('\0') != std::string_view::npos) {
        throw Error(
            ErrorKind::invalid_argument,
            "the value of " + std::string(path) + " is not valid UTF-8 text"
        );
    }
}

}  // namespace

std::string Attributes::stated_type() const {
    if (!xsi_type.empty()) return xsi_type;
    for (const auto& assignment : assignments) {
        const auto key = split_key(assignment.key);
        if (!key.type.empty()) return std::string(key.type);
    }
    return "";
}

std::map<std::string, std::string> known_values(
    const Attributes& attributes, std::string_view xsi_type
) {
    std::map<std::string, std::string> values;
    for (const auto& [key, value] : attributes.assignments) {
        const model::Field* field = nullptr;
        const auto path = known_path(split_key(key), xsi_type, field);
        if (!path) continue;
        check_text(*path, *path);
        check_text(*path, value);
        if (value.empty() || value == "NULL")
            values[*path] = "";
        else
            values[*path] = field ? model::normalise_value(*field, value) : value;
    }
    return values;
}

void take(std::map<std::string, std::string>& values, const char* path, std::string& member) {
    const auto found = values.find(path);
    if (found == values.end()) return;
    member = found->second;
    values.erase(found);
}

void merge(const std::map<std::string, std::string>& values, model::Fields& fields) {
    for (const auto& [path, value] : values) {
        if (value.empty())
            fields.erase(path);
        else
            fields[path] = value;
    }
}

}  // namespace larmor::archive
