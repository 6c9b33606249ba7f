// SPDX-License-Identifier: Apache-2.0
#include "archive/download.hpp"

#include <utility>

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

/// What shows itself only while the kernel sends is marked too.
stream::Segment Downloads::watched(stream::Segment segment, const StoredFile& file) {
    if (auto* slice = std::get_if<stream::FileSlice>(&segment)) {
        slice->on_failure = std::make_shared<const std::function<void(bool)>>(
            [this, blob = file.blob, key = file.object_key](bool is_short) {
                if (is_short) check_.report(blob, key, BlobState::damaged);
            }
        );
    }
    return segment;
}

std::optional<Download> Downloads::find_archive(
    const Visibility& visibility, const ArchiveRequest& request
) {
    if (!request.path.empty()) return find_archive_of_file(visibility, request);
    auto plan = get_plan(visibility, request);
    if (plan->entries->count() == 0) return {};
    if (auto unsound = find_unsound(*plan, check_); !unsound.empty()) {
        if (request.options.missing == MissingFiles::refuse) refuse_missing(*plan, unsound);
        plan = get_remaining(plan, request.format, std::move(unsound));
    }
    const auto name = plan->name + extension(request.format);
    // As long as anybody sends from it, the plan is found by others.
    if (is_deflated(request)) {
        std::shared_ptr<const pack::Entries> members(plan, plan->members.get());
        return Download{nullptr, name, pack::deflate_archive(std::move(members), plan->read)};
    }
    return Download{std::shared_ptr<const stream::Source>(plan, plan->source.get()), name};
}

std::optional<Download> Downloads::find_archive_of_file(
    const Visibility& visibility, const ArchiveRequest& request
) {
    const auto found = find_file(visibility, request.selector, request.path, request.depth);
    if (!found) return {};
    const auto& blob = found->file.blob;
    pack::Entry entry{
        .name = found->file.name(),
        .size = blob.digest.size,
        .crc32 = blob.digest.crc32,
        .sha256 = blob.digest.sha256,
        .content = 0,
        .time = member_time(request.options.times, found->file.created)};
    const StoredFile stored{blob.key, blob.object_key, found->file.path};
    auto read_content = [this, stored](std::uint64_t, std::uint64_t from, std::uint64_t to) {
        return read(stored, from, to);
    };
    auto entries = std::make_shared<pack::EntryList>(std::vector{std::move(entry)});
    const auto name = found->archive_name + extension(request.format);
    if (is_deflated(request)) {
        return Download{nullptr, name, pack::deflate_archive(std::move(entries), read_content)};
    }
    return Download{pack::plan_archive(request.format, std::move(entries), read_content), name};
}

std::shared_ptr<const ArchivePlan> Downloads::get_plan(
    const Visibility& visibility, const ArchiveRequest& request
) {
    Selection selection;
    std::vector<std::shared_ptr<const catalog::ResourceFiles>> files;
    std::string key;
    auto known = catalog_.read([&](catalog::Snapshot& snapshot) {
        selection = select(visibility, snapshot, request.selector, request.depth);
        key = plan_key(request.format, request.options, selection, request.filter);
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
    auto plan = plan_selection(
        request.format, request.options, selection, request.filter, files, read_planned()
    );
    plans_.remember(key, plan);
    return plan;
}

std::shared_ptr<const ArchivePlan> Downloads::get_remaining(
    std::shared_ptr<const ArchivePlan> whole, ArchiveFormat format, std::vector<Unsound> left_out
) {
    if (auto known = plans_.find(remaining_key(*whole, left_out))) return known;
    auto plan = plan_remaining(format, std::move(whole), std::move(left_out), read_planned());
    plans_.remember(plan->key, plan);
    return plan;
}

ReadFile Downloads::read_planned() {
    return [this](const catalog::CompactFile& file, std::uint64_t from, std::uint64_t to) {
        const StoredFile stored{file.blob, std::string(file.object_key), std::string(file.path)};
        return read(stored, from, to);
    };
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
    return FileDownload{std::move(source), std::move(found->file), std::move(found->archive_name)};
}

}  // namespace larmor::archive
