// SPDX-License-Identifier: Apache-2.0
#include "api/columns.hpp"
#include "archive/layout.hpp"
#include "base/time.hpp"

namespace larmor::api {
namespace {

void add_origin(Cells& cells, const model::Origin& origin) {
    cells["insert_date"] = format_timestamp(origin.inserted);
    cells["insert_user"] = origin.user;
}

std::string uri_of(const model::Experiment& experiment) {
    return "/data/experiments/" + experiment.id;
}

}  // namespace

Cells cells_of(const model::Project& project) {
    Cells cells(project.fields.begin(), project.fields.end());
    cells["ID"] = project.id;
    cells["secondary_ID"] = project.secondary_id;
    cells["name"] = project.name;
    cells["description"] = project.description;
    cells["xsiType"] = "xnat:projectData";
    cells["URI"] = "/data/projects/" + project.id;
    add_origin(cells, project.origin);
    return cells;
}

Cells cells_of(const model::Subject& subject) {
    Cells cells(subject.fields.begin(), subject.fields.end());
    cells["ID"] = subject.id;
    cells["project"] = subject.project_id;
    cells["label"] = subject.label;
    cells["xsiType"] = "xnat:subjectData";
    cells["URI"] = "/data/subjects/" + subject.id;
    add_origin(cells, subject.origin);
    return cells;
}

Cells cells_of(const model::Experiment& experiment) {
    Cells cells(experiment.fields.begin(), experiment.fields.end());
    cells["ID"] = experiment.id;
    cells["project"] = experiment.project_id;
    cells["date"] = experiment.date;
    cells["xsiType"] = experiment.xsi_type;
    cells["label"] = experiment.label;
    cells["subject_ID"] = experiment.subject_id;
    cells["subject_label"] = experiment.subject_label;
    cells["subject_project"] = experiment.project_id;
    cells["session_ID"] = experiment.session_id;
    cells["session_label"] = experiment.session_label;
    if (experiment.session != 0) cells["session_project"] = experiment.project_id;
    cells["imageSession_ID"] = experiment.session_id;
    cells[experiment_key_cell] = experiment.id;
    cells["URI"] = uri_of(experiment);
    add_origin(cells, experiment.origin);
    return cells;
}

Cells cells_of(const model::Scan& scan, const model::Experiment& session) {
    Cells cells(scan.fields.begin(), scan.fields.end());
    cells["xnat_imagescandata_id"] = std::to_string(scan.key);
    cells["ID"] = scan.id;
    cells["type"] = scan.type;
    cells["quality"] = scan.quality;
    cells["xsiType"] = scan.xsi_type;
    cells["note"] = scan.note;
    cells["series_description"] = scan.series_description;
    cells["URI"] = uri_of(session) + "/scans/" + archive::uri_path(scan.id);
    add_origin(cells, scan.origin);
    return cells;
}

Cells cells_of(const model::Reconstruction& reconstruction, const model::Experiment& session) {
    Cells cells(reconstruction.fields.begin(), reconstruction.fields.end());
    cells["xnat_reconstructedimagedata_id"] = std::to_string(reconstruction.key);
    cells["ID"] = reconstruction.id;
    cells["type"] = reconstruction.type;
    cells["baseScanType"] = reconstruction.base_scan_type;
    cells["xsiType"] = "xnat:reconstructedImageData";
    cells["URI"] = uri_of(session) + "/reconstructions/" + archive::uri_path(reconstruction.id);
    add_origin(cells, reconstruction.origin);
    return cells;
}

}  // namespace larmor::api
