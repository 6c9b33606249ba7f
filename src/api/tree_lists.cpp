// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "api/columns.hpp"
#include "api/tree.hpp"
#include "archive/browse.hpp"
#include "base/text.hpp"
#include "model/data_types.hpp"

namespace larmor::api {
namespace {

const ListKind project_list{
    "xnat:projectData",
    {"ID", "secondary_ID", "name", "description", "pi_firstname", "pi_lastname", "URI"},
    {"ID", "URI"},
    "Projects"};
const ListKind subject_list{
    "xnat:subjectData",
    {"ID", "project", "label", "insert_date", "insert_user", "URI"},
    {"ID", "URI"},
    "",
    Paging::offered};
const ListKind experiment_list{
    "xnat:experimentData",
    {"ID", "project", "date", "xsiType", "label", "insert_date", experiment_key_cell, "URI"},
    {"ID", "xsiType", experiment_key_cell, "URI"},
    "",
    Paging::offered};
const ListKind site_experiment_list{
    "xnat:experimentData",
    {"ID",
     "project",
     "date",
     "xsiType",
     "label",
     "insert_date",
     experiment_key_cell,
     "subject_ID",
     "subject_label",
     "session_ID",
     "session_label",
     "URI"},
    {"ID", "xsiType", experiment_key_cell, "URI"},
    "",
    Paging::offered};
const ListKind scan_list{
    "xnat:imageScanData",
    {"xnat_imagescandata_id",
     "ID",
     "type",
     "quality",
     "xsiType",
     "note",
     "series_description",
     "URI"},
    {"ID", "xsiType", "xnat_imagescandata_id", "URI"},
    ""};
const ListKind reconstruction_list{
    "xnat:reconstructedImageData",
    {"xnat_reconstructedimagedata_id", "ID", "type", "baseScanType", "URI"},
    {"ID", "URI"},
    ""};
const ListKind assessor_list{
    "xnat:imageAssessorData",
    {"ID",
     "project",
     "label",
     "date",
     "xsiType",
     "insert_date",
     "session_ID",
     "session_label",
     "URI"},
    {"ID", "xsiType", "URI"},
    "Assessors"};

template <class Object>
std::vector<Cells> all_cells(const std::vector<Object>& objects) {
    std::vector<Cells> cells;
    for (const auto& object : objects)
        cells.push_back(cells_of(object));
    return cells;
}

/// The types that `xsiType=` asks for, each with its subtypes; none when it asks for no type.
std::vector<std::string> asked_types(const http::Query& query) {
    std::vector<std::string> types;
    const auto asked = query.find("xsiType");
    if (!asked || asked->empty()) return types;
    for (const auto name : split(*asked, ',')) {
        auto found = model::with_subtypes(trim(name));
        // An unknown type has no objects; it must not read as "any".
        if (found.empty()) found.emplace_back(trim(name));
        types.insert(types.end(), found.begin(), found.end());
    }
    std::sort(types.begin(), types.end());
    types.erase(std::unique(types.begin(), types.end()), types.end());
    return types;
}

void keep_types(std::vector<Cells>& objects, const http::Query& query) {
    const auto types = asked_types(query);
    if (types.empty()) return;
    std::erase_if(objects, [&](const Cells& object) {
        return std::find(types.begin(), types.end(), object.at("xsiType")) == types.end();
    });
}

archive::Scope read_scope(const Services& services, const Call& call) {
    return archive::read_scope(services.catalog, call.who.visibility, call.selector());
}

}  // namespace

http::Reply list_projects(const Services& services, const Call& call) {
    const auto projects = archive::list_projects(services.catalog, call.who.visibility);
    return list_answer(call.request, project_list, all_cells(projects));
}

http::Reply list_subjects(const Services& services, const Call& call) {
    const auto subjects =
        archive::list_subjects(services.catalog, call.who.visibility, call.selector());
    return list_answer(call.request, subject_list, all_cells(subjects));
}

http::Reply list_experiments(const Services& services, const Call& call) {
    const auto experiments = archive::list_experiments(
        services.catalog, call.who.visibility, call.selector(), asked_types(call.query())
    );
    const bool of_site = !call.selector().project && !call.selector().subject;
    return list_answer(
        call.request, of_site ? site_experiment_list : experiment_list, all_cells(experiments)
    );
}

http::Reply list_scans(const Services& services, const Call& call) {
    const auto scope = read_scope(services, call);
    std::vector<Cells> cells;
    for (const auto& scan : scope.scans) {
        cells.push_back(cells_of(scan, scope.session(scan.session)));
    }
    keep_types(cells, call.query());
    return list_answer(call.request, scan_list, std::move(cells));
}

http::Reply list_reconstructions(const Services& services, const Call& call) {
    const auto scope = read_scope(services, call);
    std::vector<Cells> cells;
    for (const auto& reconstruction : scope.reconstructions) {
        cells.push_back(cells_of(reconstruction, scope.session(reconstruction.session)));
    }
    return list_answer(call.request, reconstruction_list, std::move(cells));
}

http::Reply list_assessors(const Services& services, const Call& call) {
    auto cells = all_cells(read_scope(services, call).assessors);
    keep_types(cells, call.query());
    return list_answer(call.request, assessor_list, std::move(cells));
}

}  // namespace larmor::api
