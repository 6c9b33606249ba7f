// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "catalog/catalog.hpp"
#include "model/user.hpp"

namespace larmor::catalog {

std::optional<model::User> find_user(
    const Visibility& visibility, Snapshot& snapshot, std::string_view name
);
/// Throws conflict when the name is taken.
model::User create_user(const Visibility& visibility, Change& change, const model::User& user);
/// Gives the row a new revision, whatever changed.
void replace_user(const Visibility& visibility, Change& change, const model::User& user);

}  // namespace larmor::catalog
