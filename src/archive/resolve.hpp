// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "archive/selector.hpp"
#include "catalog/catalog.hpp"
#include "model/tree.hpp"

namespace larmor::archive {

/// What a selector names in the catalog. Everything in natural order of label or id.
struct Scope {
    std::optional<model::Project> project;
    std::optional<model::Subject> subject;
    std::vector<model::Experiment> experiments;
    bool all_experiments = false;  // the path said so
    std::vector<model::Scan> scans;
    std::vector<model::Reconstruction> reconstructions;
    std::vector<model::Experiment> assessors;

    /// The session of one of the scans or reconstructions.
    const model::Experiment& session(model::Key key) const;
    /// What session() finds; to be called when `experiments` is complete.
    void index_experiments();

private:
    std::unordered_map<model::Key, std::size_t> places_;
};

/// Whether `ALL` and `*` in the place of an experiment stand for all sessions of the path's project
/// or subject, or for themselves.
enum class Wildcards { literal, understood };

/// For reading. A project, subject or session that the path names and the user cannot see gives
/// not_found; of lists, unknown items are left out, and of scans, reconstructions and assessors
/// all may be unknown: then nothing is found, and never the parent.
Scope resolve(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selector& selector,
    Wildcards wildcards = Wildcards::literal
);

/// By label of their subject, then by their own, in natural order.
void sort_by_subject(std::vector<model::Experiment>& sessions);

/// The one thing a selector names, for writing.
struct Target {
    model::Owner owner;
    model::Key project = 0;
    model::Direction direction = model::Direction::none;
    Scope scope;
};

/// Throws not_found unless exactly one thing resolves, by whatever words, as in XNAT; `ALL` in the
/// place of an experiment stands for itself.
Target resolve_target(
    const model::Visibility& visibility, catalog::Snapshot& snapshot, const Selector& selector
);

}  // namespace larmor::archive
