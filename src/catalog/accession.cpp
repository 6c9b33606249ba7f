// SPDX-License-Identifier: Apache-2.0
#include "catalog/accession.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

/// XNAT's rule: without blanks, quotes and `^`, and with `_` for `-`.
std::string site_prefix(sql::Connection& connection) {
    std::string site;
    connection.read_row("SELECT value FROM setting WHERE name = 'site_id'", {}, {site});
    std::string prefix;
    for (const char c : site) {
        if (std::string_view(" \"'^").find(c) != std::string_view::npos) continue;
        prefix += c == '-' ? '_' : c;
    }
    return prefix;
}

std::string five_digits(std::int64_t number) {
    const auto digits = std::to_string(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

bool is_taken(sql::Connection& connection, const std::string& table, const std::string& id) {
    std::int64_t found = 0;
    return connection.read_row(
        "SELECT key FROM " + table + " WHERE id = ? OR label = ?", {id, id}, {found}
    );
}

}  // namespace

std::string next_accession_id(Change& change, std::string_view kind) {
    const std::string table(kind);
    auto& connection = change.connection();
    const auto prefix = site_prefix(connection) + (table == "subject" ? "_S" : "_E");
    while (true) {
        std::int64_t number = 0;
        connection.read_row(
            "UPDATE accession_counter SET next = next + 1 WHERE kind = ? RETURNING next - 1",
            {kind},
            {number}
        );
        auto id = prefix + five_digits(number);
        if (!is_taken(connection, table, id) && !is_retired(change, table, id)) return id;
    }
}

void require_nobodys_id(
    const Visibility& visibility,
    Change& change,
    std::string_view kind,
    std::string_view label,
    Key key
) {
    const std::string table(kind);
    std::string other;
    const bool is_id = change.connection().read_row(
        "SELECT CASE WHEN " + visible(visibility, "project") + " THEN label ELSE '' END FROM " +
            table + " WHERE id = ? AND key <> ?",
        {label, key},
        {other}
    );
    if (!is_id) return;
    const auto owner = other.empty() ? "another " + table : "the " + table + " '" + other + "'";
    throw Error(
        ErrorKind::conflict,
        "the label '" + std::string(label) + "' is the accession id of " + owner
    );
}

void retire_ids(Change& change, std::string_view table, const std::string& keys) {
    const std::string name(table);
    change.connection().execute(
        "INSERT INTO retired_id (kind, id) SELECT '" + name + "', id FROM " + name +
        " WHERE key IN (" + keys + ") ON CONFLICT DO NOTHING"
    );
}

bool is_retired(Snapshot& snapshot, std::string_view table, std::string_view id) {
    std::string found;
    auto& connection = snapshot.connection();
    if (table != "project") {
        return connection.read_row(
            "SELECT id FROM retired_id WHERE kind = ? AND id = ?", {table, id}, {found}
        );
    }
    return connection.read_row(
        "SELECT id FROM retired_id WHERE kind = 'project' AND lower(id) = ?",
        {to_lower(id)},
        {found}
    );
}

}  // namespace larmor::catalog
