// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "catalog/blobs.hpp"
#include "catalog/experiments.hpp"
#include "catalog/file_cache.hpp"
#include "catalog/files.hpp"
#include "catalog/projects.hpp"
#include "catalog/resources.hpp"
#include "catalog/scans.hpp"
#include "catalog/subjects.hpp"
#include "catalog/users.hpp"
#include "sql/test_database.hpp"

namespace larmor::catalog {

/// A file of this content, whose bytes lie in a new object.
inline model::File make_file(const std::string& path, const std::string& content) {
    static int objects = 0;
    ContentHasher hasher;
    hasher.push(std::as_bytes(std::span(content)));
    model::File file;
    file.path = path;
    file.format = "DICOM";
    file.user = "admin";
    file.created = 1'000;
    file.blob.digest = hasher.finish();
    file.blob.object_key = "batch/" + std::to_string(++objects);
    file.blob.stored_length = content.size();
    return file;
}

inline model::Project make_project(const std::string& id, const std::string& name) {
    model::Project project;
    project.id = id;
    project.name = name;
    return project;
}

inline model::Subject make_subject(Key project, const std::string& label) {
    model::Subject subject;
    subject.project = project;
    subject.label = label;
    return subject;
}

inline model::Scan make_scan(Key session, const std::string& id) {
    model::Scan scan;
    scan.session = session;
    scan.id = id;
    scan.type = "T1";
    return scan;
}

template <class Rows>
std::vector<std::string> labels_of(const Rows& rows) {
    std::vector<std::string> labels;
    for (const auto& row : rows)
        labels.push_back(row.label);
    return labels;
}

template <class Rows>
std::vector<std::string> ids_of(const Rows& rows) {
    std::vector<std::string> ids;
    for (const auto& row : rows)
        ids.push_back(row.id);
    return ids;
}

template <class F>
ErrorKind kind_of(F&& function) {
    try {
        function();
    } catch (const Error& error) {
        return error.kind();
    }
    throw std::logic_error("no error was thrown");
}

/// An empty catalog and the verbs to fill it; everything is visible unless a test says otherwise.
class OnEveryCatalog : public sql::OnEveryDatabase {
protected:
    void SetUp() override {
        OnEveryDatabase::SetUp();
        if (!IsSkipped()) catalog_ = std::make_unique<Catalog>(location());
    }

    /// Calls a function of the catalog as `function(all, snapshot, arguments…)`.
    template <class Function, class... Arguments>
    auto read(Function function, const Arguments&... arguments) {
        return catalog_->read([&](Snapshot& snapshot) {
            return function(all, snapshot, arguments...);
        });
    }
    template <class Function, class... Arguments>
    auto write(Function function, const Arguments&... arguments) {
        return catalog_->write([&](Change& change) { return function(all, change, arguments...); });
    }

    model::Project add_project(const std::string& id) {
        return write(create_project, make_project(id, id));
    }
    model::Subject add_subject(const model::Project& project, const std::string& label) {
        return write(create_subject, make_subject(project.key, label));
    }
    model::Experiment add_session(const model::Subject& subject, const std::string& label) {
        return write(create_experiment, session_of(subject, label));
    }
    model::Experiment add_assessor(const model::Experiment& session, const std::string& label) {
        model::Experiment assessor;
        assessor.project = session.project;
        assessor.subject = session.subject;
        assessor.session = session.key;
        assessor.xsi_type = "xnat:qcAssessmentData";
        assessor.label = label;
        return write(create_experiment, assessor);
    }
    static model::Experiment session_of(const model::Subject& subject, const std::string& label) {
        model::Experiment session;
        session.project = subject.project;
        session.subject = subject.key;
        session.xsi_type = "xnat:mrSessionData";
        session.label = label;
        return session;
    }
    model::Scan add_scan(const model::Experiment& session, const std::string& id) {
        return write(create_scan, make_scan(session.key, id));
    }
    model::Reconstruction add_reconstruction(
        const model::Experiment& session, const std::string& id
    ) {
        model::Reconstruction reconstruction;
        reconstruction.session = session.key;
        reconstruction.id = id;
        return write(create_reconstruction, reconstruction);
    }
    model::Resource add_resource(
        model::OwnerKind kind,
        Key owner,
        const std::string& label,
        model::Direction direction = model::Direction::none
    ) {
        model::Resource resource;
        resource.owner = {kind, owner};
        resource.direction = direction;
        resource.label = label;
        return write(create_resource, resource);
    }
    AddedFile add(
        const model::Resource& resource,
        const model::File& file,
        Existing existing = Existing::replace
    ) {
        return write(add_file, resource.key, file, existing);
    }
    model::Resource reload(const model::Resource& resource) {
        return read(find_resource, resource.key).value();
    }
    std::vector<std::string> paths(const model::Resource& resource) {
        std::vector<std::string> found;
        for (const auto& file : read(list_files, resource, "", std::size_t{1000})) {
            found.push_back(file.path);
        }
        return found;
    }
    std::optional<model::Blob> blob_of(const model::File& file) {
        return read(find_blob, file.blob.digest.sha256, file.blob.digest.size);
    }
    /// What the sweeper would remove if the grace period were over.
    std::vector<std::string> sweep(UnixMillis before = now_millis() + 1) {
        return write(remove_unreferenced_blobs, before, std::size_t{1000});
    }
    std::vector<std::string> contradictions() { return read(find_contradictions); }

    const Visibility all = Visibility::everything();
    std::unique_ptr<Catalog> catalog_;
};

}  // namespace larmor::catalog
