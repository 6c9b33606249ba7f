// SPDX-License-Identifier: Apache-2.0
#include "catalog/subjects.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/accession.hpp"
#include "catalog/fields_json.hpp"
#include "catalog/removal.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

std::vector<model::Subject> select_subjects(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters
) {
    std::vector<model::Subject> subjects;
    model::Subject row;
    std::string fields;
    snapshot.connection().for_each(
        "SELECT s.key, s.id, s.project, p.id, s.label, s.fields, s.inserted, s.inserted_by "
        "FROM subject s JOIN project p ON p.key = s.project WHERE " +
            condition + " AND " + visible(visibility, "s.project"),
        parameters,
        {row.key,
         row.id,
         row.project,
         row.project_id,
         row.label,
         fields,
         row.origin.inserted,
         row.origin.user},
        [&] {
            row.fields = parse_fields(fields);
            subjects.push_back(row);
        }
    );
    return subjects;
}

std::optional<model::Subject> select_subject(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters
) {
    auto found = select_subjects(visibility, snapshot, condition, parameters);
    if (found.empty()) return {};
    return std::move(found.front());
}

void require_free(const Visibility& visibility, Change& change, const model::Subject& subject) {
    require_nobodys_id(visibility, change, "subject", subject.label, subject.key);
    std::int64_t other = 0;
    auto& connection = change.connection();
    if (connection.read_row(
            "SELECT key FROM subject WHERE project = ? AND label = ? AND key <> ?",
            {subject.project, subject.label, subject.key},
            {other}
        )) {
        throw Error(
            ErrorKind::conflict, "the project has a subject '" + subject.label + "' already"
        );
    }
    if (connection.read_row(
            "SELECT key FROM subject WHERE id = ? AND key <> ?", {subject.id, subject.key}, {other}
        )) {
        throw Error(ErrorKind::conflict, "the subject id '" + subject.id + "' is taken");
    }
}

}  // namespace

std::optional<model::Subject> find_subject(
    const Visibility& visibility, Snapshot& snapshot, std::string_view id
) {
    return select_subject(visibility, snapshot, "s.id = ?", {id});
}

std::optional<model::Subject> find_subject_in(
    const Visibility& visibility, Snapshot& snapshot, Key project, std::string_view label_or_id
) {
    auto found = select_subject(
        visibility, snapshot, "s.project = ? AND s.label = ?", {project, label_or_id}
    );
    if (found) return found;
    return select_subject(
        visibility, snapshot, "s.project = ? AND s.id = ?", {project, label_or_id}
    );
}

std::vector<model::Subject> list_subjects(
    const Visibility& visibility, Snapshot& snapshot, Key project
) {
    auto subjects = project == 0
                        ? select_subjects(visibility, snapshot, "1 = 1", {})
                        : select_subjects(visibility, snapshot, "s.project = ?", {project});
    std::sort(subjects.begin(), subjects.end(), [](const auto& a, const auto& b) {
        const auto order = natural_compare(a.label, b.label);
        return order != 0 ? order < 0 : a.id < b.id;
    });
    return subjects;
}

model::Subject create_subject(
    const Visibility& visibility, Change& change, const model::Subject& subject
) {
    get_project_of(visibility, change, "project", subject.project);
    auto created = subject;
    created.key = 0;
    if (created.id.empty()) created.id = next_accession_id(change, "subject");
    if (created.label.empty()) created.label = created.id;
    require_free(visibility, change, created);
    change.connection().read_row(
        "INSERT INTO subject (id, project, label, fields, inserted, inserted_by) "
        "VALUES (?, ?, ?, ?, ?, ?) RETURNING key",
        {created.id,
         created.project,
         created.label,
         format_fields(created.fields),
         created.origin.inserted,
         created.origin.user},
        {created.key}
    );
    change.connection().read_row(
        "SELECT id FROM project WHERE key = ?", {created.project}, {created.project_id}
    );
    return created;
}

void replace_subject(const Visibility& visibility, Change& change, const model::Subject& subject) {
    const auto old_project = get_project_of(visibility, change, "subject", subject.key);
    get_project_of(visibility, change, "project", subject.project);
    require_free(visibility, change, subject);
    change.connection().execute(
        "UPDATE subject SET project = ?, label = ?, fields = ? WHERE key = ?",
        {subject.project, subject.label, format_fields(subject.fields), subject.key}
    );
    if (old_project == subject.project) return;
    change.connection().execute(
        "UPDATE resource SET project = ? WHERE owner_kind = 'subject' AND owner = ?",
        {subject.project, subject.key}
    );
}

void remove_subject(const Visibility& visibility, Change& change, Key subject) {
    get_project_of(visibility, change, "subject", subject);
    const auto key = std::to_string(subject);
    delete_experiments(change, "SELECT key FROM experiment WHERE subject = " + key);
    delete_resources(change, resources_of("subject", key));
    retire_ids(change, "subject", key);
    change.connection().execute("DELETE FROM subject WHERE key = ?", {subject});
}

}  // namespace larmor::catalog
