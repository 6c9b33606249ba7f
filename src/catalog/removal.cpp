// SPDX-License-Identifier: Apache-2.0
#include "catalog/removal.hpp"

#include "base/time.hpp"
#include "catalog/accession.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {

std::string with_assessors(const std::string& experiments) {
    return experiments + " UNION SELECT key FROM experiment WHERE session IN (" + experiments + ")";
}

std::string resources_of(std::string_view owner_kind, const std::string& owners) {
    return "SELECT key FROM resource WHERE owner_kind = '" + std::string(owner_kind) +
           "' AND owner IN (" + owners + ")";
}

std::string resources_of_experiments(const std::string& experiments) {
    const auto below = [&](const std::string& table) {
        return "SELECT key FROM " + table + " WHERE session IN (" + experiments + ")";
    };
    return resources_of("experiment", experiments) + " UNION ALL " +
           resources_of("scan", below("scan")) + " UNION ALL " +
           resources_of("reconstruction", below("reconstruction"));
}

void delete_resources(Change& change, const std::string& resources) {
    change.connection().execute(
        "UPDATE blob SET unreferenced_since = ? WHERE key IN "
        "(SELECT blob FROM file WHERE resource IN (" +
            resources +
            ")) "
            "AND NOT EXISTS (SELECT 1 FROM file other WHERE other.blob = blob.key "
            "AND other.resource NOT IN (" +
            resources + "))",
        {now_millis()}
    );
    change.connection().execute("DELETE FROM resource WHERE key IN (" + resources + ")");
}

void delete_experiments(Change& change, const std::string& experiments) {
    const auto all = with_assessors(experiments);
    delete_resources(change, resources_of_experiments(all));
    retire_ids(change, "experiment", all);
    change.connection().execute("DELETE FROM experiment WHERE key IN (" + all + ")");
}

}  // namespace larmor::catalog
