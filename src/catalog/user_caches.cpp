// SPDX-License-Identifier: Apache-2.0
#include "catalog/user_caches.hpp"

#include "base/time.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

/// No project id holds a colon, so nobody can ask for it or take it.
std::string project_id_of(Key user) {
    return "cache:" + std::to_string(user);
}

}  // namespace

std::optional<Key> find_user_cache(
    const Visibility& /*their own cache is everybody's*/, Snapshot& snapshot, Key user
) {
    Key project = 0;
    if (!snapshot.connection().read_row(
            "SELECT key FROM project WHERE cache_of = ?", {user}, {project}
        )) {
        return {};
    }
    return project;
}

Key get_user_cache(const Visibility& visibility, Change& change, Key user) {
    if (const auto found = find_user_cache(visibility, change, user)) return *found;
    Key project = 0;
    change.connection().read_row(
        "INSERT INTO project (id, secondary_id, name, description, accessibility, fields, "
        "inserted, inserted_by, cache_of) VALUES (?, '', '', '', 'private', '{}', ?, '', ?) "
        "RETURNING key",
        {project_id_of(user), now_millis(), user},
        {project}
    );
    return project;
}

}  // namespace larmor::catalog
