// SPDX-License-Identifier: Apache-2.0
#include "archive/owners.hpp"

#include <algorithm>
#include <unordered_set>

#include "archive/layout.hpp"
#include "base/text.hpp"
#include "catalog/experiments.hpp"
#include "catalog/scans.hpp"
#include "catalog/subjects.hpp"

namespace larmor::archive {
namespace {

using catalog::Snapshot;
using model::Experiment;
using model::Key;
using model::Owner;
using model::OwnerKind;
using model::Visibility;

std::string uri_of(const Experiment& experiment) {
    return "/data/experiments/" + experiment.id;
}

/// What all below a session share.
SelectedResource describe_session(const Experiment& session) {
    SelectedResource about;
    about.root = root_of(session);
    about.project = session.project_id;
    about.subject = session.subject_label;
    return about;
}

SelectedResource describe_assessor(const Experiment& assessor) {
    auto about = describe_session(assessor);
    about.root = assessor.session_label;
    about.item_id = assessor.id;
    about.item_label = root_of(assessor);
    about.item_xsi_type = assessor.xsi_type;
    about.kind = ItemKind::assessors;
    about.uri = "/data/experiments/" + assessor.session_id + "/assessors/" + assessor.id;
    return about;
}

SelectedResource describe_experiment(const Experiment& experiment) {
    SelectedResource about;
    if (experiment.session != 0) {
        about = describe_assessor(experiment);
    } else {
        about = describe_session(experiment);
        about.item_id = experiment.id;
        about.item_xsi_type = experiment.xsi_type;
    }
    about.uri = uri_of(experiment);
    return about;
}

SelectedResource describe_subject(const model::Subject& subject) {
    SelectedResource about;
    about.root = subject.label;
    about.project = subject.project_id;
    about.subject = subject.label;
    about.uri = "/data/projects/" + subject.project_id + "/subjects/" + subject.id;
    return about;
}

SelectedResource describe_project(const model::Project& project) {
    SelectedResource about;
    about.root = root_of(project);
    about.project = about.root;
    about.is_in_user_cache = project.cache_of != 0;
    about.uri = about.is_in_user_cache ? "/data/user/cache" : "/data/projects/" + project.id;
    return about;
}

/// Names of folders at the top, each for one thing.
class Roots {
public:
    explicit Roots(const std::vector<Experiment>& sessions) {
        for (const auto& session : sessions)
            taken_.insert(root_of(session));
    }
    /// The name, or with the first number behind it that makes it nobody else's.
    std::string claim(const std::string& name) {
        auto root = name;
        for (int number = 2; !taken_.insert(root).second; ++number)
            root = name + "_" + std::to_string(number);
        return root;
    }

private:
    std::unordered_set<std::string> taken_;
};

/// Finds the owners that a selector means.
class OwnerFinder {
public:
    OwnerFinder(
        const Visibility& visibility,
        Snapshot& snapshot,
        const Selector& selector,
        Depth depth,
        Scope& scope
    )
        : visibility_(visibility),
          snapshot_(snapshot),
          selector_(selector),
          depth_(depth),
          scope_(scope) {}

    Owners run() {
        const bool is_whole = depth_ == Depth::everything_below;
        if (selector_.items != ItemKind::none) {
            add_items();
        } else if (selector_.experiment) {
            add_experiments();
        } else if (is_whole) {
            add_whole();
        } else if (scope_.subject) {
            owners_.add(owner_of(*scope_.subject), describe_subject(*scope_.subject), {});
        } else if (scope_.project) {
            owners_.add(owner_of(*scope_.project), describe_project(*scope_.project), {});
        }
        owners_.arrange();
        return std::move(owners_);
    }

private:
    static Owner owner_of(const model::Subject& subject) {
        return {OwnerKind::subject, subject.key};
    }
    static Owner owner_of(const model::Project& project) {
        return {OwnerKind::project, project.key};
    }

    Place place_of(Key session) const {
        const auto& found = scope_.session(session);
        return {static_cast<std::size_t>(&found - scope_.experiments.data()), Place::Part::session};
    }

    void add_experiments() {
        for (const auto& experiment : scope_.experiments) {
            const Owner owner{OwnerKind::experiment, experiment.key};
            owners_.add(owner, describe_experiment(experiment), place_of(experiment.key));
        }
        if (depth_ != Depth::everything_below) return;
        descend();
        add_items();
    }

    /// Everything of a subject or project that the user may read.
    void add_whole() {
        catalog::ExperimentFilter filter;
        filter.project = scope_.project ? scope_.project->key : 0;
        filter.subject = scope_.subject ? scope_.subject->key : 0;
        filter.without_assessors = true;
        scope_.experiments = catalog::list_experiments(visibility_, snapshot_, filter);
        sort_by_subject(scope_.experiments);
        scope_.index_experiments();
        Roots roots(scope_.experiments);
        if (!scope_.subject) {
            auto about = describe_project(*scope_.project);
            about.root = roots.claim(about.root);
            owners_.add(owner_of(*scope_.project), std::move(about), {});
        }
        for (const auto& subject : list_subjects()) {
            auto about = describe_subject(subject);
            about.root = roots.claim(about.root);
            owners_.add(owner_of(subject), std::move(about), in_front_of_sessions(subject));
        }
        add_experiments();
    }

    std::vector<model::Subject> list_subjects() {
        if (scope_.subject) return {*scope_.subject};
        return catalog::list_subjects(visibility_, snapshot_, scope_.project->key);
    }

    Place in_front_of_sessions(const model::Subject& subject) const {
        const auto& sessions = scope_.experiments;
        const auto first = std::lower_bound(
            sessions.begin(),
            sessions.end(),
            subject.label,
            [](const Experiment& session, const std::string& label) {
                return natural_compare(session.subject_label, label) < 0;
            }
        );
        return {static_cast<std::size_t>(first - sessions.begin()), Place::Part::in_front};
    }

    /// Brings what hangs below the sessions of the scope into it.
    void descend() {
        std::vector<Key> sessions;
        for (const auto& experiment : scope_.experiments)
            sessions.push_back(experiment.key);
        // Of no session at all there is nothing; an empty filter would mean any.
        if (sessions.empty()) return;
        scope_.scans = catalog::list_scans(visibility_, snapshot_, sessions);
        scope_.reconstructions = catalog::list_reconstructions(visibility_, snapshot_, sessions);
        catalog::ExperimentFilter filter;
        filter.sessions = sessions;
        scope_.assessors = catalog::list_experiments(visibility_, snapshot_, filter);
    }

    void add_items() {
        for (const auto& scan : scope_.scans) {
            auto about = describe_session(scope_.session(scan.session));
            about.item_id = scan.id;
            about.item_type = scan.type;
            about.item_xsi_type = scan.xsi_type;
            about.kind = ItemKind::scans;
            about.uri = uri_of(scope_.session(scan.session)) + "/scans/" + uri_path(scan.id);
            owners_.add({OwnerKind::scan, scan.key}, std::move(about), place_of(scan.session));
        }
        for (const auto& one : scope_.reconstructions) {
            auto about = describe_session(scope_.session(one.session));
            about.item_id = one.id;
            about.item_type = one.type;
            about.item_xsi_type = "xnat:reconstructedImageData";
            about.kind = ItemKind::reconstructions;
            about.uri =
                uri_of(scope_.session(one.session)) + "/reconstructions/" + uri_path(one.id);
            const Owner owner{OwnerKind::reconstruction, one.key};
            owners_.add(owner, std::move(about), place_of(one.session));
        }
        const bool by_session = depth_ == Depth::everything_below;
        for (const auto& assessor : scope_.assessors) {
            const Owner owner{OwnerKind::experiment, assessor.key};
            const auto place = by_session ? place_of(assessor.session) : Place{};
            owners_.add(owner, describe_assessor(assessor), place);
        }
    }

    const Visibility& visibility_;
    Snapshot& snapshot_;
    const Selector& selector_;
    const Depth depth_;
    Scope& scope_;
    Owners owners_;
};

}  // namespace

void Owners::add(Owner owner, SelectedResource about, Place place) {
    all_.push_back({owner, place, std::move(about)});
}

void Owners::arrange() {
    std::stable_sort(all_.begin(), all_.end(), [](const One& a, const One& b) {
        return a.place < b.place;
    });
    for (std::size_t i = 0; i < all_.size(); ++i)
        index_.emplace(all_[i].owner, i);
}

std::vector<Owner> Owners::order() const {
    std::vector<Owner> owners;
    owners.reserve(all_.size());
    for (const auto& one : all_)
        owners.push_back(one.owner);
    return owners;
}

const SelectedResource& Owners::about(Owner owner) const {
    return all_[index_.at(owner)].about;
}

SelectedResource Owners::describe(model::Resource resource) const {
    auto selected = about(resource.owner);
    selected.resource = std::move(resource);
    return selected;
}

Owners find_owners(
    const Visibility& visibility,
    Snapshot& snapshot,
    const Selector& selector,
    Depth depth,
    Scope& scope
) {
    return OwnerFinder(visibility, snapshot, selector, depth, scope).run();
}

std::string root_of(const Experiment& experiment) {
    return experiment.label.empty() ? experiment.id : experiment.label;
}

std::string root_of(const model::Project& project) {
    return project.cache_of != 0 ? "cache" : project.id;
}

}  // namespace larmor::archive
