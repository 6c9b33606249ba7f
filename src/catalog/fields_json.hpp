// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/tree.hpp"

namespace larmor::catalog {

/// One JSON object of texts, members in order of name; `{}` for none.
std::string format_fields(const model::Fields& fields);
/// Throws corrupt when it is anything else.
model::Fields parse_fields(std::string_view json);

}  // namespace larmor::catalog
