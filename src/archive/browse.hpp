// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "archive/resolve.hpp"
#include "archive/select.hpp"
#include "catalog/catalog.hpp"
#include "model/file.hpp"
#include "model/tree.hpp"

// Reading the tree. Each function looks in one snapshot; all throw not_found as resolve() does.
namespace larmor::archive {

/// resolve() and select() in a snapshot of their own.
Scope read_scope(
    catalog::Catalog& catalog, const model::Visibility& visibility, const Selector& selector
);
Selection read_selection(
    catalog::Catalog& catalog,
    const model::Visibility& visibility,
    const Selector& selector,
    Depth depth
);

std::vector<model::Project> list_projects(
    catalog::Catalog& catalog, const model::Visibility& visibility
);
/// Of the path's project, or of all.
std::vector<model::Subject> list_subjects(
    catalog::Catalog& catalog, const model::Visibility& visibility, const Selector& selector
);
/// Of the path's project and subject, or of all; of these types, or every session when none is
/// given.
std::vector<model::Experiment> list_experiments(
    catalog::Catalog& catalog,
    const model::Visibility& visibility,
    const Selector& selector,
    const std::vector<std::string>& xsi_types
);

/// One thing with what hangs on it: a subject's sessions, a session's scans, reconstructions and
/// assessors, and the resources of all of these but a subject's sessions.
struct Branch {
    Target target;
    std::vector<model::Experiment> experiments;
    std::vector<model::Scan> scans;
    std::vector<model::Reconstruction> reconstructions;
    std::vector<model::Experiment> assessors;
    std::map<model::Owner, std::vector<model::Resource>> resources;
};
Branch read_branch(
    catalog::Catalog& catalog, const model::Visibility& visibility, const Selector& selector
);

/// Throws unless the catalog can be read and written to. Writes nothing, unless a write has failed.
void check_catalog(catalog::Catalog& catalog);

}  // namespace larmor::archive
