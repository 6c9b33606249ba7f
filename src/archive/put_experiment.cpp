// SPDX-License-Identifier: Apache-2.0
#include "archive/permission.hpp"
#include "archive/put.hpp"
#include "archive/put_rules.hpp"
#include "archive/resolve.hpp"
#include "catalog/experiments.hpp"
#include "catalog/subjects.hpp"

namespace larmor::archive {
namespace {

using catalog::Change;
using model::Experiment;

/// Throws invalid_argument or conflict when the client tries to change what says which it is.
void require_same(
    const std::string& value, const std::string& existing, const std::string& what, ErrorKind kind
) {
    if (!value.empty() && value != existing) {
        throw Error(kind, "the " + what + " of an experiment cannot be changed to '" + value + "'");
    }
}

/// Moves the experiment to the subject a client names by label or id.
void apply_subject(
    const auth::Identity& who, Change& change, Experiment& experiment, const std::string& subject
) {
    if (subject.empty() || subject == experiment.subject_id ||
        subject == experiment.subject_label) {
        return;
    }
    model::Project project;
    project.key = experiment.project;
    project.id = experiment.project_id;
    const auto found = find_or_create_subject(who, change, project, subject);
    experiment.subject = found.key;
    experiment.subject_id = found.id;
    experiment.subject_label = found.label;
}

/// To the subject of the path, as XNAT does. What has a subject goes to one that is there only: a
/// mistyped path must neither make a subject nor take a session away.
void move_below(
    const auth::Identity& who, Change& change, Experiment& experiment, const std::string& subject
) {
    if (subject == experiment.subject_id || subject == experiment.subject_label) return;
    const bool is_assessor = experiment.session != 0;
    const bool is_there =
        catalog::find_subject_in(who.visibility, change, experiment.project, subject).has_value();
    if (is_assessor || (experiment.subject != 0 && !is_there)) {
        throw Error(
            ErrorKind::conflict,
            "experiment '" + experiment.label + "' is " +
                (is_assessor ? "an assessor and stays with its session"
                             : "of the subject '" + experiment.subject_label + "'") +
                ", and cannot go to " + (is_there ? "the" : "a new") + " subject '" + subject + "'"
        );
    }
    apply_subject(who, change, experiment, subject);
}

void apply(
    const auth::Identity& who, Change& change, Experiment& experiment, const Attributes& attributes
) {
    auto values = known_values(attributes, experiment.xsi_type);
    std::string id, project, subject, session;
    take(values, "ID", id);
    take(values, "project", project);
    take(values, "subject_ID", subject);
    take(values, "imageSession_ID", session);
    require_same(project, experiment.project_id, "project", ErrorKind::conflict);
    if (experiment.key != 0) {
        require_same(id, experiment.id, "ID", ErrorKind::invalid_argument);
    }
    if (session != experiment.session_label) {
        require_same(session, experiment.session_id, "session", ErrorKind::conflict);
    }
    apply_subject(who, change, experiment, subject);
    take(values, "label", experiment.label);
    take(values, "date", experiment.date);
    merge(values, experiment.fields);
    check_new_experiment_label(experiment.label);
}

PutResult store(
    const auth::Identity& who, Change& change, Experiment experiment, const Attributes& attributes
) {
    const bool exists = experiment.key != 0;
    const auto& name = exists ? experiment.label : experiment.project_id;
    require(
        who.visibility,
        experiment.project,
        exists ? Deed::edit : Deed::create,
        exists ? "experiment " + name : "experiments in project " + name
    );
    apply(who, change, experiment, attributes);
    if (!exists) {
        return {
            PutOutcome::created, catalog::create_experiment(who.visibility, change, experiment).id};
    }
    catalog::replace_experiment(who.visibility, change, experiment);
    return {PutOutcome::updated, experiment.id};
}

std::optional<Experiment> find_existing(
    const auth::Identity& who, Change& change, const Selector& selector, model::Key project
) {
    const auto& name = *selector.experiment;
    if (project == 0) return catalog::find_experiment(who.visibility, change, name);
    return catalog::find_experiment_in(who.visibility, change, project, name);
}

}  // namespace

PutResult put_experiment(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
) {
    return catalog.write([&](Change& change) -> PutResult {
        model::Project project;
        if (selector.project) project = get_project(who, change, selector);
        auto existing = find_existing(who, change, selector, project.key);
        if (!existing && project.key == 0) {
            throw Error(ErrorKind::not_found, "no experiment '" + *selector.experiment + "'");
        }
        const bool is_assessor = existing && existing->session != 0;
        const auto& type = choose_type(
            attributes.stated_type(),
            attributes.xsi_type,
            existing ? existing->xsi_type : "",
            is_assessor ? model::TypeKind::assessor : model::TypeKind::session
        );
        if (existing) {
            if (selector.subject) move_below(who, change, *existing, *selector.subject);
            return store(who, change, *std::move(existing), attributes);
        }
        Experiment experiment;
        experiment.project = project.key;
        experiment.project_id = project.id;
        experiment.xsi_type = type.name;
        experiment.label = *selector.experiment;
        experiment.origin = origin_of(who);
        check_new_experiment_label(experiment.label);
        if (selector.subject) {
            apply_subject(who, change, experiment, *selector.subject);
        }
        return store(who, change, std::move(experiment), attributes);
    });
}

PutResult put_assessor(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
) {
    return catalog.write([&](Change& change) -> PutResult {
        const auto session = get_session(who, change, selector);
        auto existing =
            catalog::find_experiment_in(who.visibility, change, session.project, selector.item);
        if (existing && existing->session != session.key) {
            throw Error(
                ErrorKind::conflict,
                "'" + selector.item + "' is the label of another experiment of this project"
            );
        }
        const auto& type = choose_type(
            attributes.stated_type(),
            attributes.xsi_type,
            existing ? existing->xsi_type : "",
            model::TypeKind::assessor
        );
        if (existing) return store(who, change, *std::move(existing), attributes);
        Experiment assessor = session;
        assessor.key = 0;
        assessor.id.clear();
        assessor.session = session.key;
        assessor.session_id = session.id;
        assessor.session_label = session.label;
        assessor.xsi_type = type.name;
        assessor.label = selector.item;
        assessor.date.clear();
        assessor.fields.clear();
        assessor.origin = origin_of(who);
        return store(who, change, std::move(assessor), attributes);
    });
}

}  // namespace larmor::archive
