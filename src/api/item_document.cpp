// SPDX-License-Identifier: Apache-2.0
#include "api/item_document.hpp"

#include "base/time.hpp"

namespace larmor::api {
namespace {

using model::Owner;
using model::OwnerKind;

void set(Item& item, const char* path, const std::string& value) {
    if (!value.empty()) item.fields[path] = value;
}

Item item_of(const model::Project& project) {
    Item item{"xnat:projectData", project.fields, project.origin.inserted, {}};
    set(item, "ID", project.id);
    set(item, "secondary_ID", project.secondary_id);
    set(item, "name", project.name);
    set(item, "description", project.description);
    return item;
}

Item item_of(const model::Subject& subject) {
    Item item{"xnat:subjectData", subject.fields, subject.origin.inserted, {}};
    set(item, "ID", subject.id);
    set(item, "label", subject.label);
    set(item, "project", subject.project_id);
    return item;
}

Item item_of(const model::Experiment& experiment) {
    Item item{experiment.xsi_type, experiment.fields, experiment.origin.inserted, {}};
    set(item, "ID", experiment.id);
    set(item, "label", experiment.label);
    set(item, "project", experiment.project_id);
    set(item, "date", experiment.date);
    if (experiment.session != 0)
        set(item, "imageSession_ID", experiment.session_id);
    else
        set(item, "subject_ID", experiment.subject_id);
    return item;
}

Item item_of(const model::Scan& scan) {
    Item item{scan.xsi_type, scan.fields, scan.origin.inserted, {}};
    set(item, "ID", scan.id);
    set(item, "type", scan.type);
    set(item, "quality", scan.quality);
    set(item, "note", scan.note);
    set(item, "series_description", scan.series_description);
    return item;
}

Item item_of(const model::Reconstruction& reconstruction) {
    Item item{
        "xnat:reconstructedImageData", reconstruction.fields, reconstruction.origin.inserted, {}};
    set(item, "ID", reconstruction.id);
    set(item, "type", reconstruction.type);
    set(item, "baseScanType", reconstruction.base_scan_type);
    return item;
}

Item item_of(const model::Resource& resource) {
    Item item{"xnat:resourceCatalog", {}, 0, {}};
    set(item, "xnat_abstractresource_id", std::to_string(resource.key));
    set(item, "label", resource.label);
    set(item, "format", resource.format);
    set(item, "content", resource.content);
    set(item, "description", resource.description);
    set(item, "file_count", std::to_string(resource.file_count));
    set(item, "file_size", std::to_string(resource.file_size));
    return item;
}

void add_children(Item& item, const char* path, std::vector<Item> children) {
    if (!children.empty()) item.children.push_back({path, std::move(children)});
}

/// The item of an object with its resources, which hang on it at `path`.
template <class Object>
Item with_resources(
    const archive::Branch& branch, const Object& object, OwnerKind kind, const char* path
) {
    auto item = item_of(object);
    const auto found = branch.resources.find(Owner{kind, object.key});
    if (found == branch.resources.end()) return item;
    std::vector<Item> resources;
    for (const auto& resource : found->second)
        resources.push_back(item_of(resource));
    add_children(item, path, std::move(resources));
    return item;
}

template <class Object>
std::vector<Item> all_with_resources(
    const archive::Branch& branch,
    const std::vector<Object>& objects,
    OwnerKind kind,
    const char* path
) {
    std::vector<Item> items;
    for (const auto& object : objects) {
        items.push_back(with_resources(branch, object, kind, path));
    }
    return items;
}

Item experiment_item(const archive::Branch& branch, const model::Experiment& experiment) {
    const bool is_assessor = experiment.session != 0;
    auto item = with_resources(
        branch, experiment, OwnerKind::experiment, is_assessor ? "out/file" : "resources/resource"
    );
    add_children(
        item, "scans/scan", all_with_resources(branch, branch.scans, OwnerKind::scan, "file")
    );
    add_children(
        item,
        "reconstructions/reconstructedImage",
        all_with_resources(branch, branch.reconstructions, OwnerKind::reconstruction, "out/file")
    );
    add_children(
        item,
        "assessors/assessor",
        all_with_resources(branch, branch.assessors, OwnerKind::experiment, "out/file")
    );
    return item;
}

Item subject_item(const archive::Branch& branch, const model::Subject& subject) {
    auto item = with_resources(branch, subject, OwnerKind::subject, "resources/resource");
    std::vector<Item> experiments;
    for (const auto& experiment : branch.experiments)
        experiments.push_back(item_of(experiment));
    add_children(item, "experiments/experiment", std::move(experiments));
    return item;
}

}  // namespace

Item item_of(const archive::Branch& branch) {
    const auto& scope = branch.target.scope;
    switch (branch.target.owner.kind) {
        case OwnerKind::project:
            return with_resources(branch, *scope.project, OwnerKind::project, "resources/resource");
        case OwnerKind::subject: return subject_item(branch, *scope.subject);
        case OwnerKind::scan:
            return with_resources(branch, scope.scans.front(), OwnerKind::scan, "file");
        case OwnerKind::reconstruction:
            return with_resources(
                branch, scope.reconstructions.front(), OwnerKind::reconstruction, "out/file"
            );
        case OwnerKind::experiment: break;
    }
    const bool is_assessor = !scope.assessors.empty();
    return experiment_item(branch, (is_assessor ? scope.assessors : scope.experiments).front());
}

}  // namespace larmor::api
