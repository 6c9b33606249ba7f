// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "model/data_types.hpp"

namespace larmor::api {

/// Whether a cell passes one item of a filter's list: equal, or alike where `*` and `%` stand for
/// any run of characters. Numbers and dates also take a range with both ends, `20-35` and
/// `01/01/2024-12/31/2024`, and dates MM/DD/YYYY as well as yyyy-MM-dd; of a moment its day counts.
bool passes_filter(std::string_view value, std::string_view wanted, model::FieldKind kind);

}  // namespace larmor::api
