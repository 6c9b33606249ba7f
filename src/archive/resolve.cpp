// SPDX-License-Identifier: Apache-2.0
#include "archive/resolve.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/experiments.hpp"
#include "catalog/projects.hpp"
#include "catalog/scans.hpp"
#include "catalog/subjects.hpp"
#include "model/data_types.hpp"

namespace larmor::archive {
namespace {

using catalog::Snapshot;
using model::Direction;
using model::Experiment;
using model::Key;
using model::Visibility;

[[noreturn]] void not_found(const std::string& what, const std::string& name) {
    throw Error(ErrorKind::not_found, "no " + what + " '" + name + "'");
}

bool contains(const std::vector<Experiment>& list, Key key) {
    return std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.key == key; });
}

void sort_by_label(std::vector<Experiment>& list) {
    std::sort(list.begin(), list.end(), [](const Experiment& a, const Experiment& b) {
        const auto order = natural_compare(a.label, b.label);
        return order != 0 ? order < 0 : natural_compare(a.id, b.id) < 0;
    });
}

bool is_wildcard(const std::string& name) {
    return name == "ALL" || name == "*";
}

class Resolver {
public:
    Resolver(
        const Visibility& visibility,
        Snapshot& snapshot,
        const Selector& selector,
        Wildcards wildcards
    )
        : visibility_(visibility),
          snapshot_(snapshot),
          selector_(selector),
          wildcards_(wildcards) {}

    Scope run() {
        if (selector_.project) find_project();
        if (selector_.subject) find_subject();
        if (selector_.experiment) find_experiments();
        switch (selector_.items) {
            case ItemKind::none: break;
            case ItemKind::scans: find_scans(); break;
            case ItemKind::reconstructions: find_reconstructions(); break;
            case ItemKind::assessors: find_assessors(); break;
        }
        return std::move(scope_);
    }

private:
    void find_project() {
        scope_.project = catalog::find_project(visibility_, snapshot_, *selector_.project);
        if (!scope_.project) not_found("project", *selector_.project);
    }

    void find_subject() {
        const auto& name = *selector_.subject;
        scope_.subject =
            scope_.project
                ? catalog::find_subject_in(visibility_, snapshot_, scope_.project->key, name)
                : catalog::find_subject(visibility_, snapshot_, name);
        if (!scope_.subject) not_found("subject", name);
    }

    std::optional<Experiment> find_experiment(const std::string& name) {
        if (!scope_.project) return catalog::find_experiment(visibility_, snapshot_, name);
        return catalog::find_experiment_in(visibility_, snapshot_, scope_.project->key, name);
    }

    /// Of a project or subject only: an archive has no such list of its own.
    bool asks_for_all_experiments() const {
        return wildcards_ == Wildcards::understood && is_wildcard(*selector_.experiment) &&
               (scope_.project || scope_.subject);
    }

    void find_all_experiments() {
        catalog::ExperimentFilter filter;
        filter.project = scope_.project ? scope_.project->key : 0;
        filter.subject = scope_.subject ? scope_.subject->key : 0;
        filter.without_assessors = true;
        scope_.experiments = catalog::list_experiments(visibility_, snapshot_, filter);
        scope_.all_experiments = true;
    }

    void find_experiments() {
        if (asks_for_all_experiments())
            find_all_experiments();
        else
            find_named_experiments();
        sort_by_subject(scope_.experiments);
        scope_.index_experiments();
    }

    void find_named_experiments() {
        for (const auto& name : split_list(*selector_.experiment)) {
            auto found = find_experiment(name);
            if (found && !contains(scope_.experiments, found->key)) {
                scope_.experiments.push_back(*std::move(found));
            }
        }
        if (scope_.experiments.empty()) not_found("experiment", *selector_.experiment);
    }

    std::vector<Key> sessions() const {
        std::vector<Key> keys;
        for (const auto& experiment : scope_.experiments)
            keys.push_back(experiment.key);
        return keys;
    }

    void find_scans() {
        ItemMatcher matcher(selector_.item);
        auto& found = scope_.scans;
        found = catalog::list_scans(visibility_, snapshot_, sessions());
        keep_by_id_or_type(found, matcher);
    }

    void find_reconstructions() {
        ItemMatcher matcher(selector_.item);
        auto& found = scope_.reconstructions;
        found = catalog::list_reconstructions(visibility_, snapshot_, sessions());
        keep_by_id_or_type(found, matcher);
    }

    template <class Item>
    static void keep_by_id_or_type(std::vector<Item>& found, ItemMatcher& matcher) {
        matcher.read_plus_as_blank([&](const std::string& item) {
            return std::any_of(found.begin(), found.end(), [&](const Item& one) {
                return item == one.id || item == one.type;
            });
        });
        std::erase_if(found, [&](const Item& one) { return !matcher.matches(one.id, one.type); });
    }

    void find_assessors() {
        const ItemMatcher matcher(selector_.item);
        catalog::ExperimentFilter filter;
        filter.sessions = sessions();
        // An empty filter would mean those of any session.
        if (filter.sessions.empty()) return;
        scope_.assessors = catalog::list_experiments(visibility_, snapshot_, filter);
        std::erase_if(scope_.assessors, [&](const Experiment& assessor) {
            return !matcher.takes_all() && !is_meant(matcher, assessor);
        });
        sort_by_label(scope_.assessors);
    }

    static bool is_meant(const ItemMatcher& matcher, const Experiment& assessor) {
        const auto& items = matcher.items();
        return std::any_of(items.begin(), items.end(), [&](const std::string& item) {
            // Unlike with scans, the keywords count inside a list too (files-api.md §1.4).
            return item == "ALL" || item == "*" || item == assessor.id || item == assessor.label ||
                   model::is_a(assessor.xsi_type, item);
        });
    }

    const Visibility& visibility_;
    Snapshot& snapshot_;
    const Selector& selector_;
    const Wildcards wildcards_;
    Scope scope_;
};

/// A word that is the id of one thing names that, though it be the type of others too.
template <class Item>
void prefer_id(std::vector<Item>& items, const std::string& name) {
    const auto named = [&](const Item& item) { return item.id == name; };
    if (std::any_of(items.begin(), items.end(), named)) {
        std::erase_if(items, [&](const Item& item) { return !named(item); });
    }
}

template <class Item>
const Item& get_only(
    const std::vector<Item>& items, const std::string& what, const std::string& name
) {
    if (items.empty()) not_found(what, name);
    if (items.size() > 1) {
        throw Error(
            ErrorKind::not_found,
            "'" + name + "' names " + std::to_string(items.size()) + " " + what +
                "s; exactly one must be named here"
        );
    }
    return items.front();
}

Target target_of_experiment(const Experiment& experiment, const Selector& selector) {
    if (experiment.session == 0 && selector.direction == Direction::in) {
        throw Error(
            ErrorKind::not_found, "'" + experiment.label + "' is no assessor, so it has no 'in'"
        );
    }
    // An assessor's resources are out or in, however it was addressed.
    const auto direction = experiment.session != 0 ? selector.direction : Direction::none;
    return {
        .owner = {model::OwnerKind::experiment, experiment.key},
        .project = experiment.project,
        .direction = direction,
        .scope = {}};
}

Target target_of(const Scope& scope, const Selector& selector) {
    using model::OwnerKind;
    const auto& item = selector.item;
    switch (selector.items) {
        case ItemKind::scans: {
            const auto& scan = get_only(scope.scans, "scan", item);
            const auto project = scope.session(scan.session).project;
            return {{OwnerKind::scan, scan.key}, project, Direction::none, {}};
        }
        case ItemKind::reconstructions: {
            const auto& one = get_only(scope.reconstructions, "reconstruction", item);
            const auto project = scope.session(one.session).project;
            return {{OwnerKind::reconstruction, one.key}, project, selector.direction, {}};
        }
        case ItemKind::assessors:
            return target_of_experiment(get_only(scope.assessors, "assessor", item), selector);
        case ItemKind::none: break;
    }
    if (selector.experiment) {
        const auto& name = *selector.experiment;
        return target_of_experiment(get_only(scope.experiments, "experiment", name), selector);
    }
    if (scope.subject) {
        return {
            {OwnerKind::subject, scope.subject->key}, scope.subject->project, Direction::none, {}};
    }
    if (scope.project) {
        return {{OwnerKind::project, scope.project->key}, scope.project->key, Direction::none, {}};
    }
    throw Error(ErrorKind::not_found, "the path names nothing that could hold resources");
}

}  // namespace

const Experiment& Scope::session(Key key) const {
    const auto found = places_.find(key);
    if (found == places_.end()) {
        throw Error(ErrorKind::corrupt, "an item without its session, key " + std::to_string(key));
    }
    return experiments[found->second];
}

void Scope::index_experiments() {
    places_.clear();
    for (std::size_t i = 0; i < experiments.size(); ++i)
        places_.emplace(experiments[i].key, i);
}

void sort_by_subject(std::vector<Experiment>& sessions) {
    std::sort(sessions.begin(), sessions.end(), [](const Experiment& a, const Experiment& b) {
        if (const auto order = natural_compare(a.subject_label, b.subject_label); order != 0)
            return order < 0;
        if (const auto order = natural_compare(a.label, b.label); order != 0) return order < 0;
        return natural_compare(a.id, b.id) < 0;
    });
}

Scope resolve(
    const Visibility& visibility, Snapshot& snapshot, const Selector& selector, Wildcards wildcards
) {
    return Resolver(visibility, snapshot, selector, wildcards).run();
}

Target resolve_target(const Visibility& visibility, Snapshot& snapshot, const Selector& selector) {
    auto scope = resolve(visibility, snapshot, selector);
    prefer_id(scope.scans, selector.item);
    prefer_id(scope.reconstructions, selector.item);
    auto target = target_of(scope, selector);
    target.scope = std::move(scope);
    return target;
}

}  // namespace larmor::archive
