// SPDX-License-Identifier: Apache-2.0
#include "archive/zip_plan.hpp"

#include <algorithm>

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "pack/zip.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t members_looked_at_max = 2000;
constexpr std::size_t files_named_max = 20;
constexpr std::size_t plans_max = 64;

using model::BlobState;

/// A pack::Entry's word for its content: which resource, and which of its rows.
std::uint64_t handle(std::size_t resource, std::size_t row) {
    return static_cast<std::uint64_t>(resource) << 32 | row;
}

const catalog::CompactFile& file_of(const ZipPlan& plan, std::uint64_t handle) {
    return plan.files[handle >> 32]->rows()[handle & 0xFFFFFFFF];
}

/// Calls `visit(resource, row, file)` for each member in the order of the archive.
template <class Visit>
void for_each_member(const ZipPlan& plan, Visit visit) {
    for (std::size_t resource = 0; resource < plan.files.size(); ++resource) {
        const auto& rows = plan.files[resource]->rows();
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const auto& file = rows[row];
            if (plan.filter.matches(file.path, file.format, file.content)) {
                visit(resource, row, file);
            }
        }
    }
}

std::vector<pack::Entry> name_entries(const ZipPlan& plan) {
    const auto& selection = plan.selection;
    std::vector<std::string> folders;
    // Of a folder or wildcard in one resource, as XNAT names them: from the resource on.
    const bool from_resource =
        plan.filter.path.names_from_resource() && selection.resources.size() == 1;
    for (const auto& resource : selection.resources) {
        folders.push_back(from_resource ? "" : entry_folder(resource, selection.depth));
    }
    std::vector<pack::Entry> entries;
    for_each_member(plan, [&](std::size_t resource, std::size_t row, const auto& file) {
        entries.push_back(
            {.name = folders[resource] + std::string(file.path),
             .size = file.size,
             .crc32 = file.crc32,
             .sha256 = file.sha256,
             .content = handle(resource, row)}
        );
    });
    // One file alone goes by its own name.
    if (from_resource && entries.size() == 1) {
        auto& name = entries.front().name;
        name.erase(0, name.rfind('/') + 1);
    }
    pack::make_names_unique(entries);
    return entries;
}

std::size_t memory_of(const std::vector<pack::Entry>& entries) {
    std::size_t bytes = entries.size() * (sizeof(pack::Entry) + sizeof(std::uint64_t));
    for (const auto& entry : entries)
        bytes += entry.name.capacity();
    return bytes;
}

void push(Sha256& hash, const std::string& text) {
    hash.push(std::to_string(text.size()) + ":");
    hash.push(text);
}

}  // namespace

std::shared_ptr<const ZipPlan> plan_selection(
    Selection selection,
    FileFilter filter,
    std::vector<std::shared_ptr<const catalog::ResourceFiles>> files,
    const ReadFile& read
) {
    auto plan = std::make_shared<ZipPlan>();
    plan->selection = std::move(selection);
    plan->filter = std::move(filter);
    plan->files = std::move(files);
    auto entries = name_entries(*plan);
    plan->members = entries.size();
    plan->memory_bytes = memory_of(entries);
    for (const auto& rows : plan->files)
        plan->memory_bytes += rows->memory_bytes();
    // By address: the source is a member of the plan it reads.
    auto read_content = [&plan = *plan, read](
                            std::uint64_t content, std::uint64_t from, std::uint64_t to
                        ) { return read(file_of(plan, content), from, to); };
    plan->source = pack::plan_zip(std::move(entries), std::move(read_content));
    return plan;
}

std::string plan_key(const Selection& selection, const FileFilter& filter) {
    Sha256 hash;
    push(hash, selection.name);
    for (const auto* words : {&filter.contents, &filter.formats}) {
        push(hash, std::to_string(words->size()));
        for (const auto& word : *words)
            push(hash, word);
    }
    push(hash, filter.path.key());
    for (const auto& selected : selection.resources) {
        push(hash, entry_folder(selected, selection.depth));
        push(hash, std::to_string(selected.resource.key));
        push(hash, std::to_string(selected.resource.revision));
    }
    return digest_to_hex(hash.finish());
}

void require_sound(const ZipPlan& plan, ObjectCheck& check) {
    const bool look_at_disk = plan.members <= members_looked_at_max;
    std::vector<std::string> unsound;
    for_each_member(plan, [&](std::size_t resource, std::size_t, const auto& file) {
        auto state = file.state;
        if (state == BlobState::sound && look_at_disk) {
            state = check.look(file.blob, file.object_key, file.size);
        } else if (state == BlobState::missing) {
            // It may be back: a disk that was mounted late, a restored object.
            state = check.look_again(file.blob, file.object_key, file.size);
        }
        if (state == BlobState::sound) return;
        const auto& selected = plan.selection.resources[resource];
        unsound.push_back(entry_folder(selected, plan.selection.depth) + std::string(file.path));
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

std::shared_ptr<const ZipPlan> PlanCache::find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.key == key; });
    if (found == kept_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front().plan;
}

void PlanCache::remember(const std::string& key, std::shared_ptr<const ZipPlan> plan) {
    // A giant would only push all others out, and itself with the next.
    if (plan->members == 0 || plan->memory_bytes > bytes_max_ / 2) return;
    const std::lock_guard lock(mutex_);
    const bool known =
        std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.key == key; });
    if (known) return;
    bytes_ += plan->memory_bytes;
    kept_.push_front({key, std::move(plan)});
    while (bytes_ > bytes_max_ || kept_.size() > plans_max) {
        bytes_ -= kept_.back().plan->memory_bytes;
        kept_.pop_back();
    }
}

}  // namespace larmor::archive
