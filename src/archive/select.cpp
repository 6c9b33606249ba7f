// SPDX-License-Identifier: Apache-2.0
#include "archive/select.hpp"

#include "archive/owners.hpp"
#include "archive/resource_matcher.hpp"
#include "catalog/resources.hpp"

namespace larmor::archive {
namespace {

using catalog::Snapshot;
using model::Direction;
using model::Resource;
using model::Visibility;

std::string name_of(const Scope& scope) {
    if (!scope.experiments.empty() && !scope.all_experiments) {
        const auto& first = scope.experiments.front();
        return first.session != 0 && !first.session_label.empty() ? first.session_label
                                                                  : root_of(first);
    }
    if (scope.subject) return scope.subject->label;
    return scope.project ? root_of(*scope.project) : "files";
}

std::string context_of(const Scope& scope) {
    if (!scope.project || !scope.subject) return "/data";
    return "/data/projects/" + scope.project->id + "/subjects/" + scope.subject->id;
}

bool is_wanted(const Resource& resource, const Owners& owners, const Selector& selector) {
    // What is neither in nor out is not found by `/in`.
    if (resource.direction == Direction::none) return selector.direction != Direction::in;
    // An assessor may be addressed as the experiment that it is.
    const auto kind = owners.about(resource.owner).kind;
    const bool asked = selector.items == kind || selector.items == ItemKind::none;
    return resource.direction == (asked ? selector.direction : Direction::out);
}

void keep_named(std::vector<Resource>& resources, ResourceMatcher matcher) {
    matcher.read_plus_as_blank(resources);
    std::erase_if(resources, [&](const Resource& one) { return !matcher.matches(one); });
    matcher.require_key_seen();
}

bool may_hold_several_sessions(const Scope& scope, const Selector& selector, Depth depth) {
    if (selector.experiment) return scope.all_experiments || scope.experiments.size() > 1;
    return depth == Depth::everything_below;
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

std::string SelectedResource::address() const {
    return is_in_user_cache ? resource.label : std::to_string(resource.key);
}

Selection select(
    const Visibility& visibility, Snapshot& snapshot, const Selector& selector, Depth depth
) {
    auto scope = resolve(visibility, snapshot, selector, Wildcards::understood);
    Selection selection;
    selection.name = name_of(scope);
    selection.context_uri = context_of(scope);
    // There is nothing further to descend to.
    if (selector.items != ItemKind::none) depth = Depth::own_level;
    selection.depth = depth;
    selection.by_resource = selector.resource.has_value();
    const auto owners = find_owners(visibility, snapshot, selector, depth, scope);
    const bool among_sessions = may_hold_several_sessions(scope, selector, depth);
    auto resources = catalog::list_resources(visibility, snapshot, owners.order());
    std::erase_if(resources, [&](const Resource& resource) {
        return !is_wanted(resource, owners, selector);
    });
    if (selector.resource) {
        keep_named(resources, {*selector.resource, resource_naming(scope.project)});
    }
    for (auto& resource : resources) {
        selection.resources.push_back(owners.describe(std::move(resource)));
        selection.resources.back().among_sessions = among_sessions;
    }
    return selection;
}

}  // namespace larmor::archive
