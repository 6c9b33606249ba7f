// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/tree.hpp"

namespace larmor::catalog {

/// A resource with the names of all that it hangs on, from the project down; empty where there
/// is nothing of that kind above it.
struct Place {
    Key resource = 0;
    std::string label;  // of the resource; empty: unlabelled
    model::OwnerKind owner = model::OwnerKind::project;
    model::Direction direction = model::Direction::none;
    bool is_in_user_cache = false;  // of a user; `project` is no address then
    std::string project;            // id
    std::string subject;            // label
    std::string session;            // label
    std::string assessor;           // label
    std::string item;               // id of a scan or reconstruction
    std::string item_type;
};

std::optional<Place> find_place(const Visibility& visibility, Snapshot& snapshot, Key resource);
/// A page in order of key, from behind `after` on, without what lies in users' caches.
std::vector<Place> list_places(
    const Visibility& visibility, Snapshot& snapshot, Key after, std::size_t limit
);

}  // namespace larmor::catalog
