// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/tree.hpp"

namespace larmor::catalog {

/// By id, exactly; else by alias, without case.
std::optional<model::Project> find_project(
    const Visibility& visibility, Snapshot& snapshot, std::string_view id
);
/// Another project, one of whose names (id, secondary id, name, alias) equals one of these,
/// without case. Sees every project, so that names stay unique; returns only that project's id.
std::optional<std::string> find_name_clash(
    const Visibility& visibility, Snapshot& snapshot, const model::Project& project
);
/// In natural order of the id.
std::vector<model::Project> list_projects(const Visibility& visibility, Snapshot& snapshot);
/// Throws conflict when the id is taken, forbidden when it ever was. Returns it with its key.
model::Project create_project(
    const Visibility& visibility, Change& change, const model::Project& project
);
/// Writes all members of the row `project.key` but its id and origin.
void replace_project(const Visibility& visibility, Change& change, const model::Project& project);
/// With everything below it; blobs that lose their last file become unreferenced.
void remove_project(const Visibility& visibility, Change& change, Key project);

}  // namespace larmor::catalog
