// SPDX-License-Identifier: Apache-2.0
#include "catalog/users.hpp"

#include "base/error.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {

std::optional<model::User> find_user(
    const Visibility& visibility, Snapshot& snapshot, std::string_view name
) {
    if (!visibility.sees_everything()) return {};
    model::User user;
    if (!snapshot.connection().read_row(
            "SELECT key, name, password_hash, is_administrator, is_enabled, revision "
            "FROM app_user WHERE name = ?",
            {name},
            {user.key,
             user.name,
             user.password_hash,
             user.is_administrator,
             user.is_enabled,
             user.revision}
        )) {
        return {};
    }
    return user;
}

model::User create_user(const Visibility& visibility, Change& change, const model::User& user) {
    require_everything(visibility, "creating users");
    if (find_user(visibility, change, user.name)) {
        throw Error(ErrorKind::conflict, "the user name '" + user.name + "' is taken");
    }
    auto created = user;
    created.revision = 1;
    change.connection().read_row(
        "INSERT INTO app_user (name, password_hash, is_administrator, is_enabled, revision) "
        "VALUES (?, ?, ?, ?, 1) RETURNING key",
        {user.name, user.password_hash, user.is_administrator, user.is_enabled},
        {created.key}
    );
    return created;
}

void replace_user(const Visibility& visibility, Change& change, const model::User& user) {
    require_everything(visibility, "changing users");
    const auto namesake = find_user(visibility, change, user.name);
    if (namesake && namesake->key != user.key) {
        throw Error(ErrorKind::conflict, "the user name '" + user.name + "' is taken");
    }
    const auto changed = change.connection().execute(
        "UPDATE app_user SET name = ?, password_hash = ?, is_administrator = ?, is_enabled = ?, "
        "revision = revision + 1 WHERE key = ?",
        {user.name, user.password_hash, user.is_administrator, user.is_enabled, user.key}
    );
    if (changed == 0) throw Error(ErrorKind::not_found, "no user '" + user.name + "'");
}

}  // namespace larmor::catalog
