// SPDX-License-Identifier: Apache-2.0
#include "archive/browse.hpp"

#include "catalog/experiments.hpp"
#include "catalog/projects.hpp"
#include "catalog/resources.hpp"
#include "catalog/scans.hpp"
#include "catalog/subjects.hpp"

namespace larmor::archive {
namespace {

using catalog::Snapshot;
using model::OwnerKind;
using model::Visibility;

template <class Object>
void add_owners(
    std::vector<model::Owner>& owners, const std::vector<Object>& objects, OwnerKind kind
) {
    for (const auto& object : objects)
        owners.push_back({kind, object.key});
}

void read_below_experiment(const Visibility& visibility, Snapshot& snapshot, Branch& branch) {
    catalog::ExperimentFilter filter;
    filter.sessions = {branch.target.owner.key};
    branch.scans = catalog::list_scans(visibility, snapshot, filter.sessions);
    branch.reconstructions = catalog::list_reconstructions(visibility, snapshot, filter.sessions);
    branch.assessors = catalog::list_experiments(visibility, snapshot, filter);
}

void read_below_subject(const Visibility& visibility, Snapshot& snapshot, Branch& branch) {
    catalog::ExperimentFilter filter;
    filter.subject = branch.target.owner.key;
    filter.without_assessors = true;
    branch.experiments = catalog::list_experiments(visibility, snapshot, filter);
}

}  // namespace

Scope read_scope(
    catalog::Catalog& catalog, const Visibility& visibility, const Selector& selector
) {
    return catalog.read([&](Snapshot& snapshot) {
        return resolve(visibility, snapshot, selector, Wildcards::understood);
    });
}

Selection read_selection(
    catalog::Catalog& catalog, const Visibility& visibility, const Selector& selector, Depth depth
) {
    return catalog.read([&](Snapshot& snapshot) {
        return select(visibility, snapshot, selector, depth);
    });
}

std::vector<model::Project> list_projects(catalog::Catalog& catalog, const Visibility& visibility) {
    return catalog.read([&](Snapshot& snapshot) {
        return catalog::list_projects(visibility, snapshot);
    });
}

std::vector<model::Subject> list_subjects(
    catalog::Catalog& catalog, const Visibility& visibility, const Selector& selector
) {
    return catalog.read([&](Snapshot& snapshot) {
        const auto scope = resolve(visibility, snapshot, selector);
        return catalog::list_subjects(visibility, snapshot, scope.project ? scope.project->key : 0);
    });
}

std::vector<model::Experiment> list_experiments(
    catalog::Catalog& catalog,
    const Visibility& visibility,
    const Selector& selector,
    const std::vector<std::string>& xsi_types
) {
    return catalog.read([&](Snapshot& snapshot) {
        const auto scope = resolve(visibility, snapshot, selector);
        catalog::ExperimentFilter filter;
        filter.project = scope.project ? scope.project->key : 0;
        filter.subject = scope.subject ? scope.subject->key : 0;
        filter.xsi_types = xsi_types;
        // As in XNAT, assessors are listed when they are asked for by type.
        filter.without_assessors = xsi_types.empty();
        return catalog::list_experiments(visibility, snapshot, filter);
    });
}

Branch read_branch(
    catalog::Catalog& catalog, const Visibility& visibility, const Selector& selector
) {
    return catalog.read([&](Snapshot& snapshot) {
        Branch branch;
        branch.target = resolve_target(visibility, snapshot, selector);
        const auto kind = branch.target.owner.kind;
        if (kind == OwnerKind::experiment) read_below_experiment(visibility, snapshot, branch);
        if (kind == OwnerKind::subject) read_below_subject(visibility, snapshot, branch);
        std::vector<model::Owner> owners{branch.target.owner};
        add_owners(owners, branch.scans, OwnerKind::scan);
        add_owners(owners, branch.reconstructions, OwnerKind::reconstruction);
        add_owners(owners, branch.assessors, OwnerKind::experiment);
        for (auto& resource : catalog::list_resources(visibility, snapshot, owners)) {
            branch.resources[resource.owner].push_back(std::move(resource));
        }
        return branch;
    });
}

void check_catalog(catalog::Catalog& catalog) {
    catalog.check();
}

}  // namespace larmor::archive
