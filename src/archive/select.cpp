// SPDX-License-Identifier: Apache-2.0
#include "archive/select.hpp"

#include <algorithm>
#include <map>

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/experiments.hpp"
#include "catalog/resources.hpp"
#include "catalog/scans.hpp"
#include "model/data_types.hpp"

namespace larmor::archive {
namespace {

using catalog::Snapshot;
using model::Direction;
using model::Experiment;
using model::Owner;
using model::OwnerKind;
using model::Resource;
using model::Visibility;

/// The owners whose resources are wanted, each with the part of its SelectedResource that does
/// not depend on the resource.
class Owners {
public:
    void add(Owner owner, SelectedResource about) {
        order_.push_back(owner);
        about_.emplace(owner, std::move(about));
    }
    const std::vector<Owner>& order() const { return order_; }
    const SelectedResource& about(Owner owner) const { return about_.at(owner); }
    SelectedResource describe(Resource resource) const {
        auto selected = about_.at(resource.owner);
        selected.resource = std::move(resource);
        return selected;
    }

private:
    std::vector<Owner> order_;
    std::map<Owner, SelectedResource> about_;
};

std::string root_of(const Experiment& session) {
    return session.label.empty() ? session.id : session.label;
}

std::string name_of(const model::Project& project) {
    return project.cache_of != 0 ? "cache" : project.id;
}

std::string uri_of(const Experiment& experiment) {
    return "/data/experiments/" + experiment.id;
}

SelectedResource describe_assessor(const Experiment& assessor) {
    SelectedResource about;
    about.root = assessor.session_label;
    about.item_id = assessor.id;
    about.item_label = root_of(assessor);
    about.item_xsi_type = assessor.xsi_type;
    about.kind = ItemKind::assessors;
    about.uri = "/data/experiments/" + assessor.session_id + "/assessors/" + assessor.id;
    return about;
}

void add_experiment(Owners& owners, const Experiment& experiment) {
    SelectedResource about;
    if (experiment.session != 0) {
        about = describe_assessor(experiment);
        about.uri = uri_of(experiment);
    } else {
        about.root = root_of(experiment);
        about.item_id = experiment.id;
        about.item_xsi_type = experiment.xsi_type;
        about.uri = uri_of(experiment);
    }
    owners.add({OwnerKind::experiment, experiment.key}, std::move(about));
}

void add_items(Owners& owners, const Scope& scope) {
    for (const auto& scan : scope.scans) {
        const auto& session = scope.session(scan.session);
        SelectedResource about;
        about.root = root_of(session);
        about.item_id = scan.id;
        about.item_type = scan.type;
        about.item_xsi_type = scan.xsi_type;
        about.kind = ItemKind::scans;
        about.uri = uri_of(session) + "/scans/" + uri_path(scan.id);
        owners.add({OwnerKind::scan, scan.key}, std::move(about));
    }
    for (const auto& reconstruction : scope.reconstructions) {
        const auto& session = scope.session(reconstruction.session);
        SelectedResource about;
        about.root = root_of(session);
        about.item_id = reconstruction.id;
        about.item_type = reconstruction.type;
        about.item_xsi_type = "xnat:reconstructedImageData";
        about.kind = ItemKind::reconstructions;
        about.uri = uri_of(session) + "/reconstructions/" + uri_path(reconstruction.id);
        owners.add({OwnerKind::reconstruction, reconstruction.key}, std::move(about));
    }
    for (const auto& assessor : scope.assessors) {
        owners.add({OwnerKind::experiment, assessor.key}, describe_assessor(assessor));
    }
}

/// Brings what hangs below the sessions of the scope into it.
void descend(const Visibility& visibility, Snapshot& snapshot, Scope& scope) {
    std::vector<model::Key> sessions;
    for (const auto& experiment : scope.experiments)
        sessions.push_back(experiment.key);
    scope.scans = catalog::list_scans(visibility, snapshot, sessions);
    scope.reconstructions = catalog::list_reconstructions(visibility, snapshot, sessions);
    catalog::ExperimentFilter filter;
    filter.sessions = sessions;
    scope.assessors = catalog::list_experiments(visibility, snapshot, filter);
}

Owners owners_of(
    const Visibility& visibility,
    Snapshot& snapshot,
    Scope& scope,
    const Selector& selector,
    Depth depth
) {
    Owners owners;
    if (selector.items != ItemKind::none) {
        add_items(owners, scope);
    } else if (selector.experiment) {
        for (const auto& experiment : scope.experiments)
            add_experiment(owners, experiment);
        if (depth == Depth::everything_below) {
            descend(visibility, snapshot, scope);
            add_items(owners, scope);
        }
    } else if (scope.subject) {
        SelectedResource about;
        about.root = scope.subject->label;
        about.uri =
            "/data/projects/" + scope.subject->project_id + "/subjects/" + scope.subject->id;
        owners.add({OwnerKind::subject, scope.subject->key}, std::move(about));
    } else if (scope.project) {
        SelectedResource about;
        about.root = name_of(*scope.project);
        about.uri = scope.project->cache_of != 0 ? "/data/user/cache"
                                                 : "/data/projects/" + scope.project->id;
        owners.add({OwnerKind::project, scope.project->key}, std::move(about));
    }
    return owners;
}

/// The labels and numeric ids of a resource segment.
class ResourceMatcher {
public:
    explicit ResourceMatcher(const std::string& text) {
        for (const auto& item : split_list(text)) {
            if (const auto key = parse_integer<model::Key>(item))
                keys_.emplace(*key, false);
            else if (equals_ignoring_case(item, "NULL"))
                labels_.emplace_back();
            else
                labels_.push_back(item);
        }
    }

    bool matches(const Resource& resource) {
        const auto key = keys_.find(resource.key);
        if (key != keys_.end()) key->second = true;
        return key != keys_.end() ||
               std::find(labels_.begin(), labels_.end(), resource.label) != labels_.end();
    }

    /// An id alone must be there; of a list what is unknown is left out, as everywhere.
    void require_key_seen() const {
        if (keys_.size() != 1 || !labels_.empty() || keys_.begin()->second) return;
        throw Error(ErrorKind::not_found, "no resource " + std::to_string(keys_.begin()->first));
    }

private:
    std::map<model::Key, bool> keys_;
    std::vector<std::string> labels_;
};

std::string name_of(const Scope& scope) {
    if (!scope.experiments.empty()) {
        const auto& first = scope.experiments.front();
        return first.session != 0 && !first.session_label.empty() ? first.session_label
                                                                  : root_of(first);
    }
    if (scope.subject) return scope.subject->label;
    return scope.project ? name_of(*scope.project) : "files";
}

std::string context_of(const Scope& scope) {
    if (!scope.project || !scope.subject) return "/data";
    return "/data/projects/" + scope.project->id + "/subjects/" + scope.subject->id;
}

bool is_wanted(const Resource& resource, const Owners& owners, const Selector& selector) {
    if (resource.direction == Direction::none) return true;
    const bool asked = selector.items == owners.about(resource.owner).kind;
    return resource.direction == (asked ? selector.direction : Direction::out);
}

}  // namespace

std::string SelectedResource::direction() const {
    switch (resource.direction) {
        case Direction::none: return "";
        case Direction::in: return "in";
        case Direction::out: return "out";
    }
    return "";
}

std::string SelectedResource::label() const {
    return resource.label.empty() ? std::to_string(resource.key) : resource.label;
}

Selection select(
    const Visibility& visibility, Snapshot& snapshot, const Selector& selector, Depth depth
) {
    auto scope = resolve(visibility, snapshot, selector);
    Selection selection;
    selection.name = name_of(scope);
    selection.context_uri = context_of(scope);
    // Of an experiment alone; below it there is nothing further to descend to.
    if (selector.items != ItemKind::none) depth = Depth::own_level;
    selection.depth = depth;
    selection.by_resource = selector.resource.has_value();
    const auto owners = owners_of(visibility, snapshot, scope, selector, depth);
    auto matcher =
        selector.resource ? std::optional<ResourceMatcher>(*selector.resource) : std::nullopt;
    for (auto& resource : catalog::list_resources(visibility, snapshot, owners.order())) {
        if (!is_wanted(resource, owners, selector)) continue;
        if (matcher && !matcher->matches(resource)) continue;
        selection.resources.push_back(owners.describe(std::move(resource)));
    }
    if (matcher) matcher->require_key_seen();
    return selection;
}

}  // namespace larmor::archive
