// SPDX-License-Identifier: Apache-2.0
#include "catalog/projects.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/accession.hpp"
#include "catalog/fields_json.hpp"
#include "catalog/removal.hpp"
#include "catalog/visible.hpp"
#include "catalog/words.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

constexpr const char* alias_field = "aliases/alias/alias";
constexpr const char* alias_pattern = "%\"aliases/alias/alias\"%";

/// What no other project may be called, in lower case.
std::vector<std::string> names_of(const model::Project& project) {
    const auto alias = project.fields.find(alias_field);
    std::vector<std::string> names;
    for (const auto& name :
         {project.id,
          project.secondary_id,
          project.name,
          alias == project.fields.end() ? std::string() : alias->second}) {
        if (!name.empty()) names.push_back(to_lower(name));
    }
    return names;
}

/// Of a cache nobody knows but its user, who sees nothing else while in it.
std::string is_listed(const Visibility& visibility) {
    return visibility.sees_everything() ? "cache_of IS NULL" : visible(visibility, "key");
}

std::vector<model::Project> select_projects(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters
) {
    std::vector<model::Project> projects;
    model::Project row;
    std::string accessibility;
    std::string fields;
    snapshot.connection().for_each(
        "SELECT key, id, secondary_id, name, description, accessibility, fields, inserted, "
        "inserted_by, coalesce(cache_of, 0) FROM project WHERE " +
            condition + " AND " + is_listed(visibility),
        parameters,
        {row.key,
         row.id,
         row.secondary_id,
         row.name,
         row.description,
         accessibility,
         fields,
         row.origin.inserted,
         row.origin.user,
         row.cache_of},
        [&] {
            row.accessibility = to_accessibility(accessibility);
            row.fields = parse_fields(fields);
            projects.push_back(row);
        }
    );
    return projects;
}

}  // namespace

std::optional<model::Project> find_project(
    const Visibility& visibility, Snapshot& snapshot, std::string_view id
) {
    auto found = select_projects(visibility, snapshot, "id = ?", {id});
    if (!found.empty()) return std::move(found.front());
    // Few projects have an alias, and only names that nobody has cost this look.
    for (auto& project : select_projects(visibility, snapshot, "fields LIKE ?", {alias_pattern})) {
        const auto alias = project.fields.find(alias_field);
        const bool matches =
            alias != project.fields.end() && equals_ignoring_case(alias->second, id);
        if (matches) return std::move(project);
    }
    return {};
}

std::optional<std::string> find_name_clash(
    const Visibility& /*names are unique among all projects*/,
    Snapshot& snapshot,
    const model::Project& project
) {
    const auto names = names_of(project);
    const auto all = Visibility::everything();
    for (const auto& other : select_projects(all, snapshot, "id <> ?", {project.id})) {
        for (const auto& name : names_of(other)) {
            if (std::find(names.begin(), names.end(), name) != names.end()) return other.id;
        }
    }
    return {};
}

std::vector<model::Project> list_projects(const Visibility& visibility, Snapshot& snapshot) {
    auto projects = select_projects(visibility, snapshot, "1 = 1", {});
    std::sort(projects.begin(), projects.end(), [](const auto& a, const auto& b) {
        return natural_compare(a.id, b.id) < 0;
    });
    return projects;
}

model::Project create_project(
    const Visibility& /*a new project is visible to nobody yet*/,
    Change& change,
    const model::Project& project
) {
    auto& connection = change.connection();
    auto created = project;
    std::int64_t other = 0;
    if (connection.read_row("SELECT key FROM project WHERE id = ?", {project.id}, {other})) {
        throw Error(ErrorKind::conflict, "the project id '" + project.id + "' is taken");
    }
    if (is_retired(change, "project", project.id)) {
        throw Error(
            ErrorKind::forbidden,
            "the project id '" + project.id + "' belonged to a project that was deleted"
        );
    }
    connection.read_row(
        "INSERT INTO project (id, secondary_id, name, description, accessibility, fields, "
        "inserted, inserted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
        {project.id,
         project.secondary_id,
         project.name,
         project.description,
         to_word(project.accessibility),
         format_fields(project.fields),
         project.origin.inserted,
         project.origin.user},
        {created.key}
    );
    return created;
}

void replace_project(const Visibility& visibility, Change& change, const model::Project& project) {
    get_project_of(visibility, change, "project", project.key);
    change.connection().execute(
        "UPDATE project SET secondary_id = ?, name = ?, description = ?, accessibility = ?, "
        "fields = ? WHERE key = ?",
        {project.secondary_id,
         project.name,
         project.description,
         to_word(project.accessibility),
         format_fields(project.fields),
         project.key}
    );
}

void remove_project(const Visibility& visibility, Change& change, Key project) {
    get_project_of(visibility, change, "project", project);
    const auto key = std::to_string(project);
    const auto subjects = "SELECT key FROM subject WHERE project = " + key;
    delete_experiments(
        change,
        "SELECT key FROM experiment WHERE project = " + key + " OR subject IN (" + subjects + ")"
    );
    delete_resources(change, "SELECT key FROM resource WHERE project = " + key);
    retire_ids(change, "subject", subjects);
    retire_ids(change, "project", key);
    change.connection().execute("DELETE FROM project WHERE key = ?", {project});
}

}  // namespace larmor::catalog
