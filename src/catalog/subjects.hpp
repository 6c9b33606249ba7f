// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/tree.hpp"

namespace larmor::catalog {

/// By accession id, in any project.
std::optional<model::Subject> find_subject(
    const Visibility& visibility, Snapshot& snapshot, std::string_view id
);
/// By label in the project, else by id when it belongs to the project.
std::optional<model::Subject> find_subject_in(
    const Visibility& visibility, Snapshot& snapshot, Key project, std::string_view label_or_id
);
/// Of one project, or of all (project 0); in natural order of label.
std::vector<model::Subject> list_subjects(
    const Visibility& visibility, Snapshot& snapshot, Key project
);
/// Gives it the next accession id (`<site_id>_S00001`, never one that was used) when `id` is
/// empty; an empty label becomes the id. Throws conflict when the label is taken in its project, or
/// is the id of another.
model::Subject create_subject(
    const Visibility& visibility, Change& change, const model::Subject& subject
);
/// Writes all members but id and origin.
void replace_subject(const Visibility& visibility, Change& change, const model::Subject& subject);
/// With its experiments and all their resources.
void remove_subject(const Visibility& visibility, Change& change, Key subject);

}  // namespace larmor::catalog
