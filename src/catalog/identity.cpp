// SPDX-License-Identifier: Apache-2.0
#include "catalog/identity.hpp"

#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {

std::optional<std::string> find_archive_id(const Visibility& visibility, Snapshot& snapshot) {
    require_everything(visibility, "the id of the archive");
    std::string id;
    if (!snapshot.connection().read_row(
            "SELECT value FROM setting WHERE name = 'archive_id'", {}, {id}
        )) {
        return {};
    }
    return id;
}

void create_archive_id(const Visibility& visibility, Change& change, std::string_view id) {
    require_everything(visibility, "the id of the archive");
    change.connection().execute(
        "INSERT INTO setting (name, value) VALUES ('archive_id', ?) ON CONFLICT DO NOTHING", {id}
    );
}

}  // namespace larmor::catalog
