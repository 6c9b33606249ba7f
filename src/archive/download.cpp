// SPDX-License-Identifier: Apache-2.0
#include "archive/download.hpp"

#include <algorithm>
#include <utility>

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/files.hpp"
#include "pack/zip.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t cache_bytes_max = 64 << 20;
constexpr std::size_t members_looked_at_max = 2000;
constexpr std::size_t files_named_max = 20;

using catalog::CompactFile;
using catalog::ResourceFiles;
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

/// The resources of a zip and what is in them, kept as long as the zip is sent.
struct Members {
    Selection selection;
    std::vector<std::shared_ptr<const ResourceFiles>> files;  // one for each resource

    static std::uint64_t handle(std::size_t resource, std::size_t row) {
        return static_cast<std::uint64_t>(resource) << 32 | row;
    }
    const CompactFile& at(std::uint64_t handle) const {
        return files[handle >> 32]->rows()[handle & 0xFFFFFFFF];
    }
};

Members read_members(
    catalog::Catalog& catalog,
    catalog::FileCache& cache,
    const Visibility& visibility,
    const ZipRequest& request
) {
    return catalog.read([&](catalog::Snapshot& snapshot) {
        Members members{select(visibility, snapshot, request.selector, request.depth), {}};
        for (const auto& selected : members.selection.resources) {
            members.files.push_back(cache.get(visibility, snapshot, selected.resource));
        }
        return members;
    });
}

std::vector<pack::Entry> name_entries(const Members& members, const FileFilter& filter) {
    std::vector<pack::Entry> entries;
    for (std::size_t i = 0; i < members.files.size(); ++i) {
        const auto folder = entry_folder(members.selection.resources[i], members.selection.depth);
        const auto& rows = members.files[i]->rows();
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const auto& file = rows[row];
            if (!filter.matches(file.format, file.content)) continue;
            entries.push_back(
                {.name = folder + std::string(file.path),
                 .size = file.size,
                 .crc32 = file.crc32,
                 .sha256 = file.sha256,
                 .content = Members::handle(i, row)}
            );
        }
    }
    pack::make_names_unique(entries);
    return entries;
}

[[noreturn]] void refuse_missing(const std::vector<std::string>& names) {
    auto shown = names;
    if (shown.size() > files_named_max) shown.resize(files_named_max);
    auto message = std::to_string(names.size()) + " of the files asked for " +
                   (names.size() == 1 ? "is" : "are") +
                   " missing or damaged in the store: " + join(shown, ", ");
    if (shown.size() < names.size()) message += ", …";
    throw Error(ErrorKind::missing_content, message);
}

void require_sound(
    const Members& members, const std::vector<pack::Entry>& entries, ObjectCheck& check
) {
    const bool look_at_disk = entries.size() <= members_looked_at_max;
    std::vector<std::string> unsound;
    for (const auto& entry : entries) {
        const auto& file = members.at(entry.content);
        auto state = file.state;
        if (state == BlobState::sound && look_at_disk) {
            state = check.look(file.blob, file.object_key, file.size);
        }
        if (state != BlobState::sound) unsound.push_back(entry.name);
    }
    if (!unsound.empty()) refuse_missing(unsound);
}

std::string etag_of(const model::File& file) {
    return '"' + digest_to_hex(file.blob.digest.sha256) + '"';
}

}  // namespace

Downloads::Downloads(catalog::Catalog& catalog, storage::BlobStore& store)
    : catalog_(catalog), store_(store), cache_(cache_bytes_max), check_(catalog, store) {}

stream::Segment Downloads::read(
    model::Key blob, const std::string& object_key, std::uint64_t from, std::uint64_t to
) {
    try {
        return store_.read(object_key, from, to);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::missing_content) check_.report(blob, BlobState::missing);
        if (error.kind() == ErrorKind::corrupt) check_.report(blob, BlobState::damaged);
        throw;
    }
}

std::optional<Download> Downloads::find_zip(
    const Visibility& visibility, const ZipRequest& request
) {
    if (request.path.empty()) return find_zip_of_selection(visibility, request);
    const auto found = find_file(visibility, request.selector, request.path);
    if (!found) return {};
    const auto& blob = found->file.blob;
    pack::Entry entry{
        .name = found->file.name(),
        .size = blob.digest.size,
        .crc32 = blob.digest.crc32,
        .sha256 = blob.digest.sha256,
        .content = 0};
    auto read_content = [this, blob](std::uint64_t, std::uint64_t from, std::uint64_t to) {
        return read(blob.key, blob.object_key, from, to);
    };
    return Download{pack::plan_zip({std::move(entry)}, read_content), found->file.name() + ".zip"};
}

std::optional<Download> Downloads::find_zip_of_selection(
    const Visibility& visibility, const ZipRequest& request
) {
    auto members =
        std::make_shared<const Members>(read_members(catalog_, cache_, visibility, request));
    auto entries = name_entries(*members, request.filter);
    if (entries.empty()) return {};
    require_sound(*members, entries, check_);
    auto read_content = [this,
                         members](std::uint64_t handle, std::uint64_t from, std::uint64_t to) {
        const auto& file = members->at(handle);
        return read(file.blob, std::string(file.object_key), from, to);
    };
    return Download{
        pack::plan_zip(std::move(entries), std::move(read_content)),
        members->selection.name + ".zip"};
}

std::optional<FileDownload> Downloads::find_file(
    const Visibility& visibility, const Selector& selector, const std::string& path
) {
    auto file = catalog_.read([&](catalog::Snapshot& snapshot) {
        return find_selected_file(visibility, snapshot, selector, path);
    });
    if (!file) return {};
    const auto& blob = file->blob;
    if (blob.state != BlobState::sound ||
        check_.look(blob.key, blob.object_key, blob.stored_length) != BlobState::sound) {
        refuse_missing({file->path});
    }
    auto read_object = [this, blob](std::uint64_t from, std::uint64_t to) {
        return read(blob.key, blob.object_key, from, to);
    };
    return FileDownload{
        std::make_shared<FileSource>(blob.digest.size, etag_of(*file), read_object),
        *std::move(file)};
}

}  // namespace larmor::archive
