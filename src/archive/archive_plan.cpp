// SPDX-License-Identifier: Apache-2.0
#include "archive/archive_plan.hpp"

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t members_looked_at_max = 2000;
constexpr std::size_t files_named_max = 20;

using model::BlobState;

WantedFile wanted_by(const FileFilter& filter) {
    if (filter.contents.empty() && filter.formats.empty() && filter.path.takes_all()) return {};
    return [&filter](const catalog::CompactFile& file) {
        return filter.matches(file.path, file.format, file.content);
    };
}

void push(Sha256& hash, const std::string& text) {
    hash.push(std::to_string(text.size()) + ":");
    hash.push(text);
}

}  // namespace

std::shared_ptr<const ArchivePlan> plan_entries(
    ArchiveFormat format,
    std::string name,
    std::shared_ptr<const FolderEntries> entries,
    const ReadFile& read
) {
    auto plan = std::make_shared<ArchivePlan>();
    plan->name = std::move(name);
    entries->for_each([&](const std::string&, const catalog::CompactFile& file) {
        plan->content_bytes += file.size;
    });
    auto read_content = [entries, read](
                            std::uint64_t content, std::uint64_t from, std::uint64_t to
                        ) { return read(entries->file(content), from, to); };
    plan->source = pack::plan_archive(format, entries, std::move(read_content));
    plan->entries = std::move(entries);
    return plan;
}

std::shared_ptr<const ArchivePlan> plan_selection(
    ArchiveFormat format,
    const Selection& selection,
    const FileFilter& filter,
    const std::vector<std::shared_ptr<const catalog::ResourceFiles>>& files,
    const ReadFile& read
) {
    // Of a folder or wildcard in one resource, as XNAT names them: from the resource on.
    const bool from_resource = filter.path.names_from_resource() && selection.resources.size() == 1;
    std::vector<EntryFolder> folders;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto& selected = selection.resources[i];
        auto folder = from_resource ? std::string() : entry_folder(selected, selection.depth);
        folders.push_back({std::move(folder), files[i], files_uri(selected, "")});
    }
    auto entries = std::make_shared<FolderEntries>(std::move(folders), wanted_by(filter));
    if (from_resource && entries->count() == 1) entries->shorten_only_name();
    return plan_entries(format, selection.name, std::move(entries), read);
}

std::string plan_key(ArchiveFormat format, const Selection& selection, const FileFilter& filter) {
    Sha256 hash;
    push(hash, std::to_string(static_cast<int>(format)));
    push(hash, selection.name);
    for (const auto* words : {&filter.contents, &filter.formats}) {
        push(hash, std::to_string(words->size()));
        for (const auto& word : *words)
            push(hash, word);
    }
    push(hash, filter.path.key());
    for (const auto& selected : selection.resources) {
        push(hash, entry_folder(selected, selection.depth));
        push(hash, files_uri(selected, ""));
        push(hash, std::to_string(selected.resource.key));
        push(hash, std::to_string(selected.resource.revision));
    }
    return digest_to_hex(hash.finish());
}

void require_sound(const ArchivePlan& plan, ObjectCheck& check) {
    const bool look_at_disk = plan.entries->count() <= members_looked_at_max;
    std::vector<std::string> unsound;
    plan.entries->for_each([&](const std::string& folder, const catalog::CompactFile& file) {
        auto state = file.state;
        if (state == BlobState::sound && look_at_disk) {
            state = check.look(file.blob, file.object_key, file.size);
        } else if (state == BlobState::missing) {
            // It may be back: a disk that was mounted late, a restored object.
            state = check.look_again(file.blob, file.object_key, file.size);
        }
        if (state != BlobState::sound) unsound.push_back(folder + std::string(file.path));
    });
    if (!unsound.empty()) refuse_missing(unsound);
}

void refuse_missing(const std::vector<std::string>& names) {
    auto shown = names;
    if (shown.size() > files_named_max) shown.resize(files_named_max);
    auto message = std::to_string(names.size()) + " of the files asked for " +
                   (names.size() == 1 ? "is" : "are") +
                   " missing or damaged in the store: " + join(shown, ", ");
    if (shown.size() < names.size()) message += ", …";
    throw Error(ErrorKind::missing_content, message);
}

}  // namespace larmor::archive
