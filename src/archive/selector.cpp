// SPDX-License-Identifier: Apache-2.0
#include "archive/selector.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace larmor::archive {

std::vector<std::string> split_list(const std::string& text) {
    std::vector<std::string> items;
    for (const auto item : split(text, ',')) {
        if (const auto trimmed = trim(item); !trimmed.empty()) items.emplace_back(trimmed);
    }
    return items;
}

std::optional<model::Key> find_resource_key(const std::string& item) {
    const bool is_number = !item.empty() && item.find_first_not_of("0123456789") == item.npos;
    if (!is_number) return {};
    return parse_integer<model::Key>(item).value_or(0);
}

ItemMatcher::ItemMatcher(const std::string& text) : all_(text == "ALL" || text == "*") {
    if (all_) return;
    for (const auto& item : split_list(text)) {
        if (item == "NULL") null_type_ = true;
        items_.push_back(replace_all(replace_all(item, "[SLASH]", "/"), "[COMMA]", ","));
    }
}

void ItemMatcher::read_plus_as_blank(
    const std::function<bool(const std::string& item)>& names_something
) {
    for (auto& item : items_) {
        if (item.find('+') == std::string::npos || names_something(item)) continue;
        item = replace_all(std::move(item), "+", " ");
    }
}

bool ItemMatcher::matches(const std::string& id, const std::string& type) const {
    if (all_ || (null_type_ && type.empty())) return true;
    return std::any_of(items_.begin(), items_.end(), [&](const std::string& item) {
        return item == id || (item == type && !type.empty());
    });
}

}  // namespace larmor::archive
