// SPDX-License-Identifier: Apache-2.0
#include "archive/permission.hpp"
#include "archive/put.hpp"
#include "archive/put_rules.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/projects.hpp"
#include "catalog/subjects.hpp"
#include "model/names.hpp"

namespace larmor::archive {
namespace {

using model::Project;
using model::Subject;

model::Accessibility parse_accessibility(const std::string& word) {
    if (word == "private") return model::Accessibility::private_;
    if (word == "protected") return model::Accessibility::protected_;
    if (word == "public") return model::Accessibility::public_;
    throw Error(
        ErrorKind::invalid_argument,
        "accessibility '" + word + "' is none of private, protected and public"
    );
}

void apply(Project& project, const Attributes& attributes, const std::string& accessibility) {
    require_type(attributes.xsi_type, "xnat:projectData");
    auto values = known_values(attributes, "xnat:projectData");
    std::string id = project.id;
    take(values, "ID", id);
    if (!equals_ignoring_case(id, project.id)) {
        throw Error(
            ErrorKind::unprocessable,
            "the ID '" + id + "' is not that of the path, '" + project.id + "'"
        );
    }
    take(values, "secondary_ID", project.secondary_id);
    take(values, "name", project.name);
    take(values, "description", project.description);
    merge(values, project.fields);
    if (project.secondary_id.empty()) project.secondary_id = project.id;
    if (project.name.empty()) project.name = project.id;
    if (!accessibility.empty()) project.accessibility = parse_accessibility(accessibility);
}

void require_free_names(
    const auth::Identity& who, catalog::Change& change, const Project& project
) {
    if (const auto clash = catalog::find_name_clash(who.visibility, change, project)) {
        throw Error(
            ErrorKind::conflict,
            "project '" + *clash + "' already has the ID, name, secondary ID or alias that '" +
                project.id + "' asks for"
        );
    }
}

void apply(Subject& subject, const Attributes& attributes) {
    require_type(attributes.xsi_type, "xnat:subjectData");
    auto values = known_values(attributes, "xnat:subjectData");
    std::string id = subject.id, project = subject.project_id;
    take(values, "ID", id);
    take(values, "project", project);
    if (subject.key != 0 && id != subject.id && !id.empty()) {
        throw Error(ErrorKind::invalid_argument, "the ID of a subject cannot be changed");
    }
    if (project != subject.project_id) {
        throw Error(ErrorKind::conflict, "a subject's project cannot be changed by its fields");
    }
    take(values, "label", subject.label);
    merge(values, subject.fields);
    check_new_subject_label(subject.label);
}

}  // namespace

PutResult put_project(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const std::string& id,
    const Attributes& attributes,
    const std::string& accessibility
) {
    return catalog.write([&](catalog::Change& change) -> PutResult {
        auto existing = catalog::find_project(who.visibility, change, id);
        if (existing) {
            require(who.visibility, existing->key, Deed::edit, "project " + id);
            apply(*existing, attributes, accessibility);
            require_free_names(who, change, *existing);
            catalog::replace_project(who.visibility, change, *existing);
            return {PutOutcome::updated, existing->id};
        }
        require_project_creation(who.visibility);
        as_unprocessable([&] { model::check_project_id(id); });
        Project project;
        project.id = id;
        project.origin = origin_of(who);
        apply(project, attributes, accessibility);
        require_free_names(who, change, project);
        return {PutOutcome::created, catalog::create_project(who.visibility, change, project).id};
    });
}

Subject find_or_create_subject(
    const auth::Identity& who,
    catalog::Change& change,
    const model::Project& project,
    const std::string& label
) {
    if (auto found = catalog::find_subject_in(who.visibility, change, project.key, label)) {
        return *std::move(found);
    }
    require(who.visibility, project.key, Deed::create, "subjects in project " + project.id);
    check_new_subject_label(label);
    Subject subject;
    subject.project = project.key;
    subject.project_id = project.id;
    subject.label = label;
    subject.origin = origin_of(who);
    return catalog::create_subject(who.visibility, change, subject);
}

PutResult put_subject(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
) {
    return catalog.write([&](catalog::Change& change) -> PutResult {
        model::Project project;
        std::optional<Subject> existing;
        if (selector.project) {
            project = get_project(who, change, selector);
            existing =
                catalog::find_subject_in(who.visibility, change, project.key, *selector.subject);
        } else {
            existing = catalog::find_subject(who.visibility, change, *selector.subject);
            if (!existing) {
                throw Error(ErrorKind::not_found, "no subject '" + *selector.subject + "'");
            }
            project.key = existing->project;
            project.id = existing->project_id;
        }
        if (existing) {
            require(who.visibility, project.key, Deed::edit, "subject " + existing->label);
        }
        auto subject = find_or_create_subject(who, change, project, *selector.subject);
        apply(subject, attributes);
        catalog::replace_subject(who.visibility, change, subject);
        return {existing ? PutOutcome::updated : PutOutcome::created, subject.id};
    });
}

}  // namespace larmor::archive
