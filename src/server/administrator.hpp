// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "catalog/catalog.hpp"

namespace larmor::server {

inline constexpr auto administrator_name = "admin";

/// Makes the user `admin` when there is none, with `password`, else with a random one, which is
/// returned: to be shown to the operator once and never logged. Throws invalid_argument when
/// `password` is empty or cannot be typed at a sign-in.
std::optional<std::string> ensure_administrator(
    catalog::Catalog& catalog, const std::optional<std::string>& password
);

}  // namespace larmor::server
