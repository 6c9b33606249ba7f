// SPDX-License-Identifier: Apache-2.0
#include "http/request.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace larmor::http {

void Headers::add(std::string name, std::string value) {
    headers_.push_back({std::move(name), std::move(value)});
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    const auto found = std::ranges::find_if(headers_, [&](const Header& header) {
        return equals_ignoring_case(header.name, name);
    });
    if (found == headers_.end()) return {};
    return found->value;
}

std::optional<std::string> Query::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    if (found == parameters_.end()) return {};
    return found->value.value_or("");
}

std::vector<std::string> Query::find_all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& parameter : parameters_) {
        if (parameter.name == name) values.push_back(parameter.value.value_or(""));
    }
    return values;
}

bool Query::is_true(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    if (found == parameters_.end() || !found->value) return false;
    return !equals_ignoring_case(*found->value, "false") && *found->value != "0";
}

}  // namespace larmor::http
