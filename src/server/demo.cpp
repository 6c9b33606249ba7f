// SPDX-License-Identifier: Apache-2.0
#include "server/demo.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "archive/browse.hpp"
#include "archive/put.hpp"
#include "archive/upload.hpp"
#include "base/error.hpp"
#include "dicom/phantom.hpp"
#include "server/demo_labels.hpp"

namespace larmor::server {
namespace {

using archive::Attributes;
using archive::ItemKind;
using archive::Selector;

constexpr auto project_id = "TEST";
constexpr auto description = "A Shepp-Logan head, to try Larmor with";
// Until everything is in it, so that a start that was killed on the way is recognised by the next.
constexpr auto description_meanwhile = "A Shepp-Logan head, being made";
constexpr auto session_path = "/data/projects/TEST/subjects/1/experiments/MR1";

struct DemoScan {
    int number;
    dicom::Weighting weighting;
    const char* type;
    const char* repetition_ms;
    const char* echo_ms;
};

constexpr std::array<DemoScan, 4> scans{{
    {1, dicom::Weighting::t1, "T1", "500", "15"},
    {2, dicom::Weighting::t1, "T1", "500", "15"},
    {3, dicom::Weighting::t2, "T2", "4000", "100"},
    {4, dicom::Weighting::t2, "T2", "4000", "100"},
}};

Selector select_session() {
    Selector selector;
    selector.project = project_id;
    selector.subject = "1";
    selector.experiment = "MR1";
    return selector;
}

Selector select_item(ItemKind kind, const std::string& item) {
    auto selector = select_session();
    selector.items = kind;
    selector.item = item;
    return selector;
}

/// Makes the things of the tree and their resources, as one user.
class DemoWriter {
public:
    DemoWriter(catalog::Catalog& catalog, storage::BlobStore& store, const auth::Identity& who)
        : catalog_(catalog), store_(store), who_(who) {}

    /// Whatever of it is there already stays.
    void write() {
        write_project(description_meanwhile);
        const auto study_uid = write_session();
        for (const auto& scan : scans)
            write_scan(scan, study_uid);
        write_assessor();
        write_project(description);
    }

private:
    void write_project(const std::string& text) {
        const Attributes project{
            .xsi_type = {},
            .assignments = {{"name", "Phantom"}, {"description", text}},
        };
        archive::put_project(catalog_, who_, project_id, project, "private");
    }

    /// Returns the study UID, which is kept once there is one: files in the archive may have it.
    std::string write_session() {
        archive::put_experiment(
            catalog_,
            who_,
            select_session(),
            {
                .xsi_type = "xnat:mrSessionData",
                .assignments =
                    {{"date", "2026-01-05"}, {"modality", "MR"}, {"fieldStrength", "3.0"}},
            }
        );
        const auto scope = archive::read_scope(catalog_, who_.visibility, select_session());
        const auto& fields = scope.experiments.at(0).fields;
        if (const auto known = fields.find("UID"); known != fields.end()) return known->second;
        auto uid = dicom::make_uid();
        archive::put_experiment(
            catalog_, who_, select_session(), {.xsi_type = {}, .assignments = {{"UID", uid}}}
        );
        return uid;
    }

    void write_scan(const DemoScan& scan, const std::string& study_uid) {
        const auto series = dicom::make_phantom_series(
            {
                .series_number = scan.number,
                .weighting = scan.weighting,
                .series_description = fmt::format("{} spin echo", scan.type),
            },
            study_uid
        );
        const auto path = select_item(ItemKind::scans, std::to_string(scan.number));
        archive::put_scan(catalog_, who_, path, attributes_of(scan, series.dicom.size()));
        upload(path, "DICOM", "DICOM", series.dicom);
        upload(path, "SNAPSHOTS", "JPEG", {series.snapshot});
    }

    void write_assessor() {
        const auto path = select_item(ItemKind::assessors, "ASSESS1");
        const Attributes attributes{.xsi_type = "xnat:qcManualAssessorData", .assignments = {}};
        archive::put_assessor(catalog_, who_, path, attributes);
        const auto labels = make_demo_labels();
        upload(
            path,
            "TEST",
            "ANALYZE",
            {{"something.hdr", labels.header}, {"something.img", labels.image}}
        );
    }

    static Attributes attributes_of(const DemoScan& scan, std::size_t frames) {
        return {
            .xsi_type = "xnat:mrScanData",
            .assignments =
                {{"type", scan.type},
                 {"quality", "usable"},
                 {"modality", "MR"},
                 {"series_description", fmt::format("{} spin echo", scan.type)},
                 {"frames", std::to_string(frames)},
                 {"fieldStrength", "3.0"},
                 {"xnat:mrScanData/parameters/tr", scan.repetition_ms},
                 {"xnat:mrScanData/parameters/te", scan.echo_ms},
                 {"xnat:mrScanData/parameters/flip", "90"}},
        };
    }

    void upload(
        Selector selector,
        const std::string& resource,
        const std::string& format,
        const std::vector<dicom::NamedFile>& files
    ) {
        selector.resource = resource;
        archive::UploadRequest request;
        request.selector = std::move(selector);
        request.notes.format = format;
        archive::Upload upload(catalog_, store_, who_, std::move(request));
        for (const auto& file : files) {
            upload.begin_file(file.name);
            upload.push(std::as_bytes(std::span(file.bytes)));
            upload.end_file();
        }
        upload.commit();
    }

    catalog::Catalog& catalog_;
    storage::BlobStore& store_;
    const auth::Identity& who_;
};

}  // namespace

bool fill_demo(catalog::Catalog& catalog, storage::BlobStore& store, const auth::Identity& who) {
    const auto projects = archive::list_projects(catalog, who.visibility);
    const auto is_demo = [](const std::string& text) {
        return [text](const model::Project& project) {
            return project.id == project_id && project.description == text;
        };
    };
    if (std::any_of(projects.begin(), projects.end(), is_demo(description))) return true;
    // Its own unfinished work is all that it adds to.
    if (!std::all_of(projects.begin(), projects.end(), is_demo(description_meanwhile)))
        return false;
    try {
        DemoWriter(catalog, store, who).write();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::forbidden) throw;
        return false;  // it was there once and was deleted, and its id is never given again
    }
    return true;
}

std::string demo_commands(const std::string& url, const std::string& user) {
    const auto session = url + session_path;
    return fmt::format(
        "\nTry it (curl asks for the password of {0}):\n"
        "  curl -u {0} '{1}/scans?format=csv'\n"
        "  curl -u {0} '{1}/scans/1/resources/SNAPSHOTS/files/snap.jpg' -o snap.jpg\n"
        "  curl -u {0} '{1}/scans/T1,T2/files?format=zip' -o MR1.zip\n",
        user,
        session
    );
}

}  // namespace larmor::server
