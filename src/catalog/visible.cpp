// SPDX-License-Identifier: Apache-2.0
#include "catalog/visible.hpp"

#include "base/error.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

std::string project_query(std::string_view table) {
    const std::string name(table);
    if (table == "project") return "SELECT t.key FROM project t WHERE t.key = ? AND ";
    if (table == "scan" || table == "reconstruction") {
        return "SELECT e.project FROM " + name +
               " t JOIN experiment e ON e.key = t.session WHERE t.key = ? AND ";
    }
    return "SELECT t.project FROM " + name + " t WHERE t.key = ? AND ";
}

std::string_view project_column(std::string_view table) {
    if (table == "project") return "t.key";
    return table == "scan" || table == "reconstruction" ? "e.project" : "t.project";
}

}  // namespace

std::string visible(const Visibility& visibility, std::string_view project_column) {
    if (visibility.sees_everything()) return "1 = 1";
    std::vector<Key> keys;
    for (const auto& [key, rights] : visibility.projects()) {
        if (rights.read) keys.push_back(key);
    }
    return is_one_of(project_column, keys);
}

std::string is_one_of(std::string_view column, const std::vector<Key>& keys) {
    if (keys.empty()) return "1 = 0";
    std::string text(column);
    text += " IN (";
    for (const auto key : keys)
        text += std::to_string(key) + ',';
    text.back() = ')';
    return text;
}

std::optional<Key> find_project_of(
    const Visibility& visibility, Snapshot& snapshot, std::string_view table, Key key
) {
    Key project = 0;
    const auto query = project_query(table) + visible(visibility, project_column(table));
    if (!snapshot.connection().read_row(query, {key}, {project})) return {};
    return project;
}

Key get_project_of(
    const Visibility& visibility, Snapshot& snapshot, std::string_view table, Key key
) {
    const auto project = find_project_of(visibility, snapshot, table, key);
    if (!project) throw Error(ErrorKind::not_found, "no such " + std::string(table));
    return *project;
}

void require_everything(const Visibility& visibility, std::string_view what) {
    if (visibility.sees_everything()) return;
    throw Error(ErrorKind::forbidden, std::string(what) + " is for the whole archive only");
}

}  // namespace larmor::catalog
