// SPDX-License-Identifier: Apache-2.0
#include "archive/download.hpp"

#include <utility>

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/files.hpp"
#include "pack/deflating.hpp"
#include "pack/plan.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t cache_bytes_max = 64 << 20;
constexpr std::size_t planned_bytes_max = 96 << 20;

using model::BlobState;
using model::Visibility;

/// A single stored object as it is.
class FileSource : public stream::Source {
public:
    using Read = std::function<stream::Segment(std::uint64_t from, std::uint64_t to)>;
    FileSource(std::uint64_t length, std::string etag, Read read)
        : length_(length), etag_(std::move(etag)), read_(std::move(read)) {}

    std::uint64_t length() const override { return length_; }
    std::string etag() const override { return etag_; }
    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to)
        const override {
        return std::make_unique<Once>(*this, from, to);
    }

private:
    class Once : public stream::Segments {
    public:
        Once(const FileSource& source, std::uint64_t from, std::uint64_t to)
            : source_(source), from_(from), to_(to) {}
        std::optional<stream::Segment> next() override {
            if (from_ == to_) return {};
            return source_.read_(std::exchange(from_, to_), to_);
        }

    private:
        const FileSource& source_;
        std::uint64_t from_;
        std::uint64_t to_;
    };

    std::uint64_t length_;
    std::string etag_;
    Read read_;
};

/// A single file as the rows of a resource that has no other, under its bare name.
class OneFile final : public catalog::ResourceFiles {
public:
    explicit OneFile(model::File file) : file_(std::move(file)), name_(file_.name()) {
        const auto& blob = file_.blob;
        catalog::CompactFile row;
        row.path = name_;
        row.object_key = blob.object_key;
        row.size = blob.digest.size;
        row.crc32 = blob.digest.crc32;
        row.state = blob.state;
        row.sha256 = blob.digest.sha256;
        row.md5 = blob.digest.md5;
        row.blob = blob.key;
        row.created = file_.created;
        rows_.push_back(row);
    }
    const std::vector<catalog::CompactFile>& rows() const override { return rows_; }
    std::size_t memory_bytes() const override { return sizeof(*this); }

private:
    const model::File file_;
    const std::string name_;
    std::vector<catalog::CompactFile> rows_;
};

std::string extension(ArchiveFormat format) {
    switch (format) {
        case ArchiveFormat::zip: return ".zip";
        case ArchiveFormat::tar: return ".tar";
        case ArchiveFormat::tar_gz: return ".tar.gz";
    }
    return "";
}

bool is_deflated(const ArchiveRequest& request) {
    return request.format == ArchiveFormat::zip &&
           request.options.compression == Compression::deflated;
}

std::string etag_of(const model::File& file) {
    return '"' + digest_to_hex(file.blob.digest.sha256) + '"';
}

}  // namespace

Downloads::Downloads(catalog::Catalog& catalog, storage::BlobStore& store)
    : catalog_(catalog),
      store_(store),
      cache_(cache_bytes_max),
      plans_(planned_bytes_max),
      check_(catalog, store) {}

stream::Segment Downloads::read(const StoredFile& file, std::uint64_t from, std::uint64_t to) {
    try {
        return watched(store_.read(file.object_key, from, to), file);
    } catch (const Error& error) {
        const bool is_missing = error.kind() == ErrorKind::missing_content;
        if (!is_missing && error.kind() != ErrorKind::corrupt) throw;
        const auto state = is_missing ? BlobState::missing : BlobState::damaged;
        check_.report(file.blob, file.object_key, state);
        refuse_missing({file.path});
    }
}

ReadFile Downloads::reader() {
    return [this](const catalog::CompactFile& file, std::uint64_t from, std::uint64_t to) {
        const StoredFile stored{file.blob, std::string(file.object_key), std::string(file.path)};
        return read(stored, from, to);
    };
}

/// What shows itself only while the kernel sends is marked too.
stream::Segment Downloads::watched(stream::Segment segment, const StoredFile& file) {
    if (auto* slice = std::get_if<stream::FileSlice>(&segment)) {
        slice->on_failure = std::make_shared<const std::function<void(bool)>>(
            [this, blob = file.blob, key = file.object_key](bool is_damaged) {
                if (is_damaged) return check_.report(blob, key, BlobState::damaged);
                check_.note_unreadable(blob, key);
            }
        );
    }
    return segment;
}

std::optional<Download> Downloads::find_archive(
    const Visibility& visibility, const ArchiveRequest& request
) {
    const auto plan = find_plan(visibility, request);
    if (!plan) return {};
    Download download{
        .name = plan->name + extension(request.format),
        .files = plan->members->count(),
        .content_bytes = plan->content_bytes};
    // As long as anybody sends from it, the plan is found by others.
    if (is_deflated(request)) {
        std::shared_ptr<const pack::Entries> members(plan, plan->members.get());
        download.pages = pack::deflate_archive(std::move(members), plan->read);
    } else {
        download.source = std::shared_ptr<const stream::Source>(plan, plan->source.get());
    }
    return download;
}

std::shared_ptr<const ArchivePlan> Downloads::find_plan(
    const Visibility& visibility, const ArchiveRequest& request
) {
    if (!request.path.empty()) return plan_file(visibility, request);
    auto plan = get_plan(visibility, request);
    if (plan->entries->count() == 0) return nullptr;
    if (auto unsound = find_unsound(*plan, check_); !unsound.empty()) {
        if (request.options.missing == MissingFiles::refuse) refuse_missing(*plan, unsound);
        plan = get_remaining(plan, request.format, std::move(unsound));
    }
    return plan;
}

std::shared_ptr<const ArchivePlan> Downloads::plan_file(
    const Visibility& visibility, const ArchiveRequest& request
) {
    auto found = find_file(visibility, request.selector, request.path, request.depth);
    if (!found) return nullptr;
    const auto& path = found->file.path;
    auto uri = found->files_uri + uri_path(path.substr(0, path.rfind('/') + 1));
    auto row = std::make_shared<OneFile>(std::move(found->file));
    std::vector<EntryFolder> folders;
    folders.push_back({"", std::move(row), std::move(uri)});
    auto entries =
        std::make_shared<FolderEntries>(std::move(folders), WantedFile(), request.options.times);
    return plan_entries(request.format, {"", found->archive_name}, std::move(entries), reader());
}

std::shared_ptr<const ArchivePlan> Downloads::get_plan(
    const Visibility& visibility, const ArchiveRequest& request
) {
    const auto request_name = request_key(visibility, request);
    const auto version = catalog_.version();
    if (auto known = plans_.find(answered_.find(request_name, version))) return known;
    auto plan = select_and_plan(visibility, request);
    // Else what others were answered meanwhile would be forgotten for an old one.
    if (catalog_.version() == version) answered_.remember(request_name, version, plan->key);
    return plan;
}

std::shared_ptr<const ArchivePlan> Downloads::select_and_plan(
    const Visibility& visibility, const ArchiveRequest& request
) {
    Selection selection;
    auto filter = request.filter;
    std::vector<std::shared_ptr<const catalog::ResourceFiles>> files;
    std::string key;
    auto known = catalog_.read([&](catalog::Snapshot& snapshot) {
        selection = select(visibility, snapshot, request.selector, request.depth);
        filter.path = settle_plus(visibility, snapshot, selection, filter.path);
        key = plan_key(request.format, request.options, selection, filter);
        auto plan = plans_.find(key);
        if (plan) return plan;
        std::vector<model::Resource> resources;
        resources.reserve(selection.resources.size());
        for (const auto& selected : selection.resources)
            resources.push_back(selected.resource);
        files = cache_.get_all(visibility, snapshot, resources);
        return plan;
    });
    if (known) return known;
    auto plan = plan_selection(request.format, request.options, selection, filter, files, reader());
    plans_.remember(key, plan);
    return plan;
}

std::shared_ptr<const ArchivePlan> Downloads::get_remaining(
    std::shared_ptr<const ArchivePlan> whole, ArchiveFormat format, std::vector<Unsound> left_out
) {
    if (auto known = plans_.find(remaining_key(*whole, left_out))) return known;
    auto plan = plan_remaining(format, std::move(whole), std::move(left_out), reader());
    plans_.remember(plan->key, plan);
    return plan;
}

std::optional<FileDownload> Downloads::find_file(
    const Visibility& visibility, const Selector& selector, const std::string& path, Depth depth
) {
    auto found = catalog_.read([&](catalog::Snapshot& snapshot) {
        return find_selected_file(visibility, snapshot, selector, path, depth);
    });
    if (!found) return {};
    const auto& blob = found->file.blob;
    auto state = blob.state;
    if (state == BlobState::sound) {
        state = check_.look(blob.key, blob.object_key, blob.stored_length);
    } else if (state == BlobState::missing) {
        state = check_.look_again(blob.key, blob.object_key, blob.stored_length);
    }
    if (state != BlobState::sound) refuse_missing({found->file.path});
    const StoredFile stored{blob.key, blob.object_key, found->file.path};
    auto read_object = [this, stored](std::uint64_t from, std::uint64_t to) {
        return read(stored, from, to);
    };
    auto source = std::make_shared<FileSource>(blob.digest.size, etag_of(found->file), read_object);
    return FileDownload{
        std::move(source),
        std::move(found->file),
        std::move(found->archive_name),
        std::move(found->files_uri)};
}

}  // namespace larmor::archive
