// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "catalog/catalog.hpp"

namespace larmor::catalog {

/// The project that holds the cache of this user: the unit of rights, listed and found by nobody
/// who is not given it by name. Absent before anything was put there. Whoever asks must know who
/// the user is; no Visibility shows the cache of another.
std::optional<Key> find_user_cache(const Visibility& visibility, Snapshot& snapshot, Key user);
/// The same, made when it is not there.
Key get_user_cache(const Visibility& visibility, Change& change, Key user);

}  // namespace larmor::catalog
