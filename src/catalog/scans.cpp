// SPDX-License-Identifier: Apache-2.0
#include "catalog/scans.hpp"

#include "base/error.hpp"
#include "catalog/fields_json.hpp"
#include "catalog/order.hpp"
#include "catalog/removal.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

void append_scans(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters,
    std::vector<model::Scan>& scans
) {
    model::Scan row;
    std::string fields;
    snapshot.connection().for_each(
        "SELECT s.key, s.session, s.id, s.type, s.xsi_type, s.quality, s.note, "
        "s.series_description, s.fields, s.inserted, s.inserted_by FROM scan s "
        "JOIN experiment e ON e.key = s.session WHERE " +
            condition + " AND " + visible(visibility, "e.project"),
        parameters,
        {row.key,
         row.session,
         row.id,
         row.type,
         row.xsi_type,
         row.quality,
         row.note,
         row.series_description,
         fields,
         row.origin.inserted,
         row.origin.user},
        [&] {
            row.fields = parse_fields(fields);
            scans.push_back(row);
        }
    );
}

void require_free(Change& change, const model::Scan& scan) {
    std::int64_t other = 0;
    if (change.connection().read_row(
            "SELECT key FROM scan WHERE session = ? AND id = ? AND key <> ?",
            {scan.session, scan.id, scan.key},
            {other}
        )) {
        throw Error(ErrorKind::conflict, "the session has a scan '" + scan.id + "' already");
    }
}

}  // namespace

std::vector<model::Scan> list_scans(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& sessions
) {
    std::vector<model::Scan> scans;
    in_chunks(sessions, [&](const std::vector<Key>& chunk) {
        append_scans(visibility, snapshot, is_one_of("s.session", chunk), {}, scans);
    });
    sort_by_session(scans, sessions);
    return scans;
}

std::optional<model::Scan> find_scan(
    const Visibility& visibility, Snapshot& snapshot, Key session, std::string_view id
) {
    std::vector<model::Scan> found;
    append_scans(visibility, snapshot, "s.session = ? AND s.id = ?", {session, id}, found);
    if (found.empty()) return {};
    return std::move(found.front());
}

model::Scan create_scan(const Visibility& visibility, Change& change, const model::Scan& scan) {
    get_project_of(visibility, change, "experiment", scan.session);
    auto created = scan;
    created.key = 0;
    require_free(change, created);
    change.connection().read_row(
        "INSERT INTO scan (session, id, type, xsi_type, quality, note, series_description, "
        "fields, inserted, inserted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
        {scan.session,
         scan.id,
         scan.type,
         scan.xsi_type,
         scan.quality,
         scan.note,
         scan.series_description,
         format_fields(scan.fields),
         scan.origin.inserted,
         scan.origin.user},
        {created.key}
    );
    return created;
}

void replace_scan(const Visibility& visibility, Change& change, const model::Scan& scan) {
    get_project_of(visibility, change, "scan", scan.key);
    require_free(change, scan);
    change.connection().execute(
        "UPDATE scan SET id = ?, type = ?, xsi_type = ?, quality = ?, note = ?, "
        "series_description = ?, fields = ? WHERE key = ?",
        {scan.id,
         scan.type,
         scan.xsi_type,
         scan.quality,
         scan.note,
         scan.series_description,
         format_fields(scan.fields),
         scan.key}
    );
}

void remove_scan(const Visibility& visibility, Change& change, Key scan) {
    get_project_of(visibility, change, "scan", scan);
    delete_resources(change, resources_of("scan", std::to_string(scan)));
    change.connection().execute("DELETE FROM scan WHERE key = ?", {scan});
}

}  // namespace larmor::catalog
