// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/archive_request.hpp"
#include "archive/object_check.hpp"
#include "archive/plan_cache.hpp"
#include "catalog/catalog.hpp"
#include "catalog/file_cache.hpp"
#include "model/file.hpp"
#include "storage/blob_store.hpp"
#include "stream/source.hpp"

namespace larmor::archive {

/// Bytes ready to be sent, and what to call them.
struct Download {
    std::shared_ptr<const stream::Source> source = nullptr;
    std::string name;                 // with its extension
    std::uint64_t files = 0;          // that are in it, or that it tells of
    std::uint64_t content_bytes = 0;  // of these
    /// In place of a source: a zip whose members are deflated while it is sent.
    std::unique_ptr<stream::Pages> pages = nullptr;
};

struct FileDownload {
    std::shared_ptr<const stream::Source> source;
    model::File file;
    std::string archive_name;  // what an archive of it is called, without extension
    std::string files_uri;     // of its resource, ending in `/files/`
};

/// The use cases that give bytes out. Thread-safe.
class Downloads {
public:
    Downloads(catalog::Catalog& catalog, storage::BlobStore& store);

    /// Absent when nothing is selected. Throws not_found as resolve() does, missing_content naming
    /// the files when the catalog knows bytes to be missing or damaged, or a look at the disk shows
    /// it (up to 2,000 members; above that objects are looked at while sending); with
    /// MissingFiles::skip, of more than one file asked for by its path, they are left out instead.
    std::optional<Download> find_archive(
        const model::Visibility& visibility, const ArchiveRequest& request
    );

    /// The plan behind that archive, and likewise.
    std::shared_ptr<const ArchivePlan> find_plan(
        const model::Visibility& visibility, const ArchiveRequest& request
    );

    /// The first file of that path in the resources selected; a `+` may stand for a blank.
    /// Absent when there is none. Throws not_found as resolve() does, and missing_content.
    std::optional<FileDownload> find_file(
        const model::Visibility& visibility,
        const Selector& selector,
        const std::string& path,
        Depth depth = Depth::own_level
    );

private:
    std::shared_ptr<const ArchivePlan> get_plan(
        const model::Visibility& visibility, const ArchiveRequest& request
    );
    std::shared_ptr<const ArchivePlan> select_and_plan(
        const model::Visibility& visibility, const ArchiveRequest& request
    );
    /// The plan without those members.
    std::shared_ptr<const ArchivePlan> get_remaining(
        std::shared_ptr<const ArchivePlan> whole,
        ArchiveFormat format,
        std::vector<Unsound> left_out
    );
    std::shared_ptr<const ArchivePlan> plan_file(
        const model::Visibility& visibility, const ArchiveRequest& request
    );
    /// What reading and reporting a stored object takes.
    struct StoredFile {
        model::Key blob = 0;
        std::string object_key;
        std::string path;  // for the message
    };
    stream::Segment read(const StoredFile& file, std::uint64_t from, std::uint64_t to);
    ReadFile reader();
    stream::Segment watched(stream::Segment segment, const StoredFile& file);

    catalog::Catalog& catalog_;
    storage::BlobStore& store_;
    catalog::FileCache cache_;
    PlanCache plans_;
    AnsweredRequests answered_;
    ObjectCheck check_;
};

}  // namespace larmor::archive
