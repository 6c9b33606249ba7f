// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace larmor::pack {

/// Throws invalid_argument unless the name is UTF-8 without NUL.
void check_member_name(std::string_view name);

}  // namespace larmor::pack
