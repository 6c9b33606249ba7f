// SPDX-License-Identifier: Apache-2.0
#include "archive/select.hpp"

#include <algorithm>
#include <map>

#include "archive/owners.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/resources.hpp"

namespace larmor::archive {
namespace {

using catalog::Snapshot;
using model::Direction;
using model::Resource;
using model::Visibility;

/// The labels and numeric ids of a resource segment.
class ResourceMatcher {
public:
    explicit ResourceMatcher(const std::string& text) {
        for (const auto& item : split_list(text)) {
            if (const auto key = find_resource_key(item))
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
    auto matcher =
        selector.resource ? std::optional<ResourceMatcher>(*selector.resource) : std::nullopt;
    for (auto& resource : catalog::list_resources(visibility, snapshot, owners.order())) {
        if (!is_wanted(resource, owners, selector)) continue;
        if (matcher && !matcher->matches(resource)) continue;
        selection.resources.push_back(owners.describe(std::move(resource)));
        selection.resources.back().among_sessions = among_sessions;
    }
    if (matcher) matcher->require_key_seen();
    return selection;
}

}  // namespace larmor::archive
