// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/tree.hpp"

namespace larmor::catalog {

/// By accession id, in any project; sessions and assessors alike.
std::optional<model::Experiment> find_experiment(
    const Visibility& visibility, Snapshot& snapshot, std::string_view id
);
/// By id when it belongs to the project, else by label in it: no label can hide an id.
std::optional<model::Experiment> find_experiment_in(
    const Visibility& visibility, Snapshot& snapshot, Key project, std::string_view id_or_label
);

/// 0 and an empty list mean "any".
struct ExperimentFilter {
    Key project = 0;
    Key subject = 0;
    std::vector<Key> sessions = {};           // the assessors of these sessions
    std::vector<std::string> xsi_types = {};  // one of these, exactly; the caller adds subtypes
    bool without_assessors = false;
};
/// In natural order of label.
std::vector<model::Experiment> list_experiments(
    const Visibility& visibility, Snapshot& snapshot, const ExperimentFilter& filter
);
/// Gives it the next accession id (`<site_id>_E00001`, sessions and assessors share the counter)
/// when `id` is empty; an empty label becomes the id. Throws conflict when the label is taken in
/// its project or is the id of another, not_found when project, subject or session is not visible.
model::Experiment create_experiment(
    const Visibility& visibility, Change& change, const model::Experiment& experiment
);
/// Writes all members but id and origin. A session takes its assessors along to another subject.
/// One that moves to another project takes the right to its resources along; its assessors move
/// there one by one.
void replace_experiment(
    const Visibility& visibility, Change& change, const model::Experiment& experiment
);
/// With its scans, reconstructions, assessors and all their resources.
void remove_experiment(const Visibility& visibility, Change& change, Key experiment);

}  // namespace larmor::catalog
