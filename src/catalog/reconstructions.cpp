// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "catalog/fields_json.hpp"
#include "catalog/order.hpp"
#include "catalog/removal.hpp"
#include "catalog/scans.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

void append_reconstructions(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters,
    std::vector<model::Reconstruction>& reconstructions
) {
    model::Reconstruction row;
    std::string fields;
    snapshot.connection().for_each(
        "SELECT r.key, r.session, r.id, r.type, r.base_scan_type, r.fields, r.inserted, "
        "r.inserted_by FROM reconstruction r JOIN experiment e ON e.key = r.session WHERE " +
            condition + " AND " + visible(visibility, "e.project"),
        parameters,
        {row.key,
         row.session,
         row.id,
         row.type,
         row.base_scan_type,
         fields,
         row.origin.inserted,
         row.origin.user},
        [&] {
            row.fields = parse_fields(fields);
            reconstructions.push_back(row);
        }
    );
}

void require_free(Change& change, const model::Reconstruction& reconstruction) {
    std::int64_t other = 0;
    if (change.connection().read_row(
            "SELECT key FROM reconstruction WHERE session = ? AND id = ? AND key <> ?",
            {reconstruction.session, reconstruction.id, reconstruction.key},
            {other}
        )) {
        throw Error(
            ErrorKind::conflict,
            "the session has a reconstruction '" + reconstruction.id + "' already"
        );
    }
}

}  // namespace

std::vector<model::Reconstruction> list_reconstructions(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& sessions
) {
    std::vector<model::Reconstruction> reconstructions;
    in_chunks(sessions, [&](const std::vector<Key>& chunk) {
        const auto condition = is_one_of("r.session", chunk);
        append_reconstructions(visibility, snapshot, condition, {}, reconstructions);
    });
    sort_by_session(reconstructions, sessions);
    return reconstructions;
}

std::optional<model::Reconstruction> find_reconstruction(
    const Visibility& visibility, Snapshot& snapshot, Key session, std::string_view id
) {
    std::vector<model::Reconstruction> found;
    append_reconstructions(
        visibility, snapshot, "r.session = ? AND r.id = ?", {session, id}, found
    );
    if (found.empty()) return {};
    return std::move(found.front());
}

model::Reconstruction create_reconstruction(
    const Visibility& visibility, Change& change, const model::Reconstruction& reconstruction
) {
    get_project_of(visibility, change, "experiment", reconstruction.session);
    auto created = reconstruction;
    created.key = 0;
    require_free(change, created);
    change.connection().read_row(
        "INSERT INTO reconstruction (session, id, type, base_scan_type, fields, inserted, "
        "inserted_by) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key",
        {reconstruction.session,
         reconstruction.id,
         reconstruction.type,
         reconstruction.base_scan_type,
         format_fields(reconstruction.fields),
         reconstruction.origin.inserted,
         reconstruction.origin.user},
        {created.key}
    );
    return created;
}

void replace_reconstruction(
    const Visibility& visibility, Change& change, const model::Reconstruction& reconstruction
) {
    get_project_of(visibility, change, "reconstruction", reconstruction.key);
    require_free(change, reconstruction);
    change.connection().execute(
        "UPDATE reconstruction SET id = ?, type = ?, base_scan_type = ?, fields = ? "
        "WHERE key = ?",
        {reconstruction.id,
         reconstruction.type,
         reconstruction.base_scan_type,
         format_fields(reconstruction.fields),
         reconstruction.key}
    );
}

void remove_reconstruction(const Visibility& visibility, Change& change, Key reconstruction) {
    get_project_of(visibility, change, "reconstruction", reconstruction);
    delete_resources(change, resources_of("reconstruction", std::to_string(reconstruction)));
    change.connection().execute("DELETE FROM reconstruction WHERE key = ?", {reconstruction});
}

}  // namespace larmor::catalog
