// SPDX-License-Identifier: Apache-2.0
#include "archive/archive_plan.hpp"

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
    PlanNames names,
    std::shared_ptr<const FolderEntries> entries,
    const ReadFile& read
) {
    auto plan = std::make_shared<ArchivePlan>();
    plan->key = std::move(names.key);
    plan->name = std::move(names.name);
    entries->for_each([&](const std::string&, const catalog::CompactFile& file) {
        plan->content_bytes += file.size;
    });
    plan->read = [entries, read](std::uint64_t content, std::uint64_t from, std::uint64_t to) {
        return read(entries->file(content), from, to);
    };
    plan->source = pack::plan_archive(format, entries, plan->read);
    plan->members = entries;
    plan->entries = std::move(entries);
    return plan;
}

std::shared_ptr<const ArchivePlan> plan_selection(
    ArchiveFormat format,
    const ArchiveOptions& options,
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
        auto folder =
            from_resource ? std::string() : entry_folder(selected, selection.depth, options.layout);
        folders.push_back({std::move(folder), files[i], files_uri(selected, "")});
    }
    auto entries =
        std::make_shared<FolderEntries>(std::move(folders), wanted_by(filter), options.times);
    // A folder or wildcard that holds one file means that file; a whole cache means its paths.
    const bool means_one = from_resource && !filter.path.takes_all() && entries->count() == 1;
    if (means_one) entries->shorten_only_name();
    return plan_entries(
        format,
        {plan_key(format, options, selection, filter), selection.name},
        std::move(entries),
        read
    );
}

std::string plan_key(
    ArchiveFormat format,
    const ArchiveOptions& options,
    const Selection& selection,
    const FileFilter& filter
) {
    Sha256 hash;
    push(hash, std::to_string(static_cast<int>(format)));
    push(hash, std::to_string(static_cast<int>(options.times)));
    push(hash, selection.name);
    for (const auto* words : {&filter.contents, &filter.formats}) {
        push(hash, std::to_string(words->size()));
        for (const auto& word : *words)
            push(hash, word);
    }
    push(hash, filter.path.key());
    for (const auto& selected : selection.resources) {
        push(hash, entry_folder(selected, selection.depth, options.layout));
        push(hash, files_uri(selected, ""));
        push(hash, std::to_string(selected.resource.key));
        push(hash, std::to_string(selected.resource.revision));
    }
    return digest_to_hex(hash.finish());
}

std::vector<Unsound> find_unsound(const ArchivePlan& plan, ObjectCheck& check) {
    const bool look_at_disk = plan.entries->count() <= members_looked_at_max;
    std::vector<Unsound> unsound;
    std::size_t index = 0;
    plan.entries->for_each([&](const std::string&, const catalog::CompactFile& file) {
        auto state = file.state;
        if (state == BlobState::sound && look_at_disk) {
            state = check.look(file.blob, file.object_key, file.size);
        } else if (state == BlobState::missing) {
            // It may be back: a disk that was mounted late, a restored object.
            state = check.look_again(file.blob, file.object_key, file.size);
        }
        if (state != BlobState::sound) unsound.push_back({index, state});
        ++index;
    });
    return unsound;
}

void refuse_missing(const ArchivePlan& plan, const std::vector<Unsound>& unsound) {
    std::vector<std::string> names;
    for (const auto& one : unsound)
        names.push_back(plan.entries->at(one.index).name);
    refuse_missing(names);
}

std::string remaining_key(const ArchivePlan& whole, const std::vector<Unsound>& left_out) {
    Sha256 hash;
    push(hash, whole.key);
    for (const auto& one : left_out) {
        push(hash, std::to_string(one.index));
        push(hash, std::to_string(static_cast<int>(one.state)));
    }
    return digest_to_hex(hash.finish());
}

std::shared_ptr<const ArchivePlan> plan_remaining(
    ArchiveFormat format,
    std::shared_ptr<const ArchivePlan> whole,
    std::vector<Unsound> left_out,
    const ReadFile& read
) {
    auto plan = std::make_shared<ArchivePlan>();
    plan->key = remaining_key(*whole, left_out);
    plan->name = whole->name;
    plan->entries = whole->entries;
    const auto remaining =
        std::make_shared<const RemainingEntries>(plan->entries, std::move(left_out));
    plan->members = remaining;
    plan->left_out_bytes = remaining->memory_bytes();
    plan->read = [entries = plan->entries, remaining, read](
                     std::uint64_t content, std::uint64_t from, std::uint64_t to
                 ) -> stream::Segment {
        if (const auto* text = remaining->find_text(content)) return text->substr(from, to - from);
        return read(entries->file(content), from, to);
    };
    for (std::size_t i = 0; i < remaining->count(); ++i)
        plan->content_bytes += remaining->at(i).size;
    plan->source = pack::plan_archive(format, plan->members, plan->read);
    // Found by the next request as long as anybody sends from this one.
    plan->whole = std::move(whole);
    return plan;
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
