// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/multipart.hpp"

namespace larmor::http {

/// `form-data; name="f"; filename="a.dcm"`: a value and its parameters, names in lower case.
struct ParameterizedValue {
    std::string value;
    std::vector<std::pair<std::string, std::string>> parameters;

    /// The first of that name, nullptr when there is none.
    const std::string* find(std::string_view name) const;
};

/// Throws invalid_argument for an unclosed quote or a parameter without a name or value.
ParameterizedValue parse_parameterized(std::string_view text);

/// Takes the header lines of a part, without their line ends. Throws invalid_argument.
PartHeader parse_part_header(const std::vector<std::string>& lines);

}  // namespace larmor::http
