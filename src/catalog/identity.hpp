// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.hpp"

namespace larmor::catalog {

/// The random id of the archive, which its folder of objects bears too. Absent in a catalog that
/// was never served.
std::optional<std::string> find_archive_id(const Visibility& visibility, Snapshot& snapshot);
/// Once; a catalog that has one keeps it.
void create_archive_id(const Visibility& visibility, Change& change, std::string_view id);

}  // namespace larmor::catalog
