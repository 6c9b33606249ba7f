// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/browse.hpp"
#include "archive/download.hpp"
#include "archive/put.hpp"
#include "archive/resource.hpp"
#include "archive/upload.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "storage/filesystem_blob_store.hpp"
#include "storage/temporary_folder.hpp"

namespace larmor::archive {

/// For tests: an empty archive in a temporary folder, and words for what is done to it.
class ArchiveTest : public testing::Test {
protected:
    /// `P/S/E/scans/1`: a path in short, always below one project, subject and session.
    static Selector at(std::string_view path) {
        Selector selector;
        const auto parts = split(path, '/');
        if (!parts[0].empty()) selector.project = parts[0];
        if (parts.size() > 1) selector.subject = parts[1];
        if (parts.size() > 2) selector.experiment = parts[2];
        if (parts.size() > 4) {
            selector.items = parts[3] == "scans"    ? ItemKind::scans
                             : parts[3] == "recons" ? ItemKind::reconstructions
                                                    : ItemKind::assessors;
            selector.item = parts[4];
        }
        return selector;
    }
    static Selector at(std::string_view path, std::string_view resource) {
        auto selector = at(path);
        selector.resource = resource;
        return selector;
    }
    static Attributes type(std::string xsi_type, std::vector<Assignment> assignments = {}) {
        return {std::move(xsi_type), std::move(assignments)};
    }

    void make_session(const std::string& path) {
        put_project(catalog_, who_, *at(path).project, {}, "");
        put_experiment(catalog_, who_, at(path), type("xnat:mrSessionData"));
    }
    void make_scan(const std::string& path, const std::string& scan_type) {
        put_scan(catalog_, who_, at(path), type("xnat:mrScanData", {{"type", scan_type}}));
    }
    /// The paths that were kept.
    std::vector<std::string> upload(
        const Selector& selector,
        const std::string& path,
        std::string_view text,
        catalog::Existing existing = catalog::Existing::keep
    ) {
        UploadRequest request;
        request.selector = selector;
        request.existing = existing;
        Upload one(catalog_, *store_, who_, request);
        one.begin_file(path);
        one.push(std::as_bytes(std::span(text)));
        one.end_file();
        return one.commit();
    }
    /// The tree of XNAT's download guide.
    void make_guide() {
        make_session("TEST/1/MR1");
        for (const auto* scan : {"1", "2", "3", "4"}) {
            const auto path = std::string("TEST/1/MR1/scans/") + scan;
            make_scan(path, *scan < '3' ? "T1" : "T2");
            for (const auto* file : {"1.dcm", "2.dcm"}) {
                upload(at(path, "DICOM"), file, std::string(file) + scan);
            }
            upload(at(path, "SNAPSHOTS"), "snap.jpg", std::string("jpeg ") + scan);
        }
        const auto assessor = at("TEST/1/MR1/assessors/ASSESS1");
        put_assessor(catalog_, who_, assessor, type("xnat:qcManualAssessorData"));
        upload(at("TEST/1/MR1/assessors/ASSESS1", "TEST"), "something.img", "img");
    }

    std::optional<Download> zip(const Selector& selector, Depth depth = Depth::own_level) {
        ArchiveRequest request;
        request.selector = selector;
        request.depth = depth;
        return downloads_.find_archive(who_.visibility, request);
    }
    static std::string bytes_of(const stream::Source& source) {
        std::string bytes;
        const auto walk = source.segments(0, source.length());
        while (auto segment = walk->next()) {
            if (auto* text = std::get_if<std::string>(&*segment)) {
                bytes += *text;
                continue;
            }
            const auto& slice = std::get<stream::FileSlice>(*segment);
            std::string part(slice.length, '\0');
            const auto offset = static_cast<off_t>(slice.offset);
            if (::pread(slice.file->get(), part.data(), part.size(), offset) !=
                static_cast<ssize_t>(part.size())) {
                throw Error(ErrorKind::corrupt, "short slice");
            }
            bytes += part;
        }
        return bytes;
    }
    /// The URIs of a listing without the numeric id of the resource.
    std::vector<std::string> files(const Selector& selector, Depth depth = Depth::own_level) {
        auto selection = read_selection(catalog_, who_.visibility, selector, depth);
        FileListing listing(catalog_, who_.visibility, std::move(selection), {});
        std::vector<std::string> found;
        for (auto page = listing.next_page(); !page.empty(); page = listing.next_page()) {
            for (const auto& file : page) {
                found.push_back(
                    file.resource->item_id + ":" + file.resource->label() + ":" + file.file.path
                );
            }
        }
        return found;
    }
    template <class Function>
    static ErrorKind kind_of(Function function) {
        try {
            function();
        } catch (const Error& error) {
            return error.kind();
        }
        throw std::logic_error("no error came");
    }
    std::vector<std::filesystem::path> objects() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder_.path() / "objects")) {
            if (entry.is_regular_file()) found.push_back(entry.path());
        }
        return found;
    }

    storage::TemporaryFolder folder_;
    catalog::Catalog catalog_{(folder_.path() / "catalog.sqlite").string()};
    std::unique_ptr<storage::BlobStore> store_ =
        storage::open_filesystem_blob_store(folder_.path() / "objects");
    auth::Identity who_{
        {.key = 1, .name = "admin", .password_hash = ""}, model::Visibility::everything()};
    Downloads downloads_{catalog_, *store_};
};

}  // namespace larmor::archive
