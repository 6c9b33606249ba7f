// SPDX-License-Identifier: Apache-2.0
#include "archive/upload.hpp"

#include <utility>

#include "archive/permission.hpp"
#include "archive/resolve.hpp"
#include "archive/resource.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "catalog/blobs.hpp"
#include "catalog/resources.hpp"
#include "model/names.hpp"

namespace larmor::archive {
namespace {

/// What XNAT notes on the first resource of a scan when the client says nothing.
constexpr const char* first_scan_content = "RAW";

bool is_first_of_a_scan(
    const model::Visibility& visibility, catalog::Change& change, const Target& target
) {
    return target.owner.kind == model::OwnerKind::scan &&
           catalog::list_resources(visibility, change, {target.owner}).empty();
}

}  // namespace

Upload::Upload(
    catalog::Catalog& catalog, storage::BlobStore& store, auth::Identity who, UploadRequest request
)
    : catalog_(catalog), store_(store), who_(std::move(who)), request_(std::move(request)) {
    catalog_.read([&](catalog::Snapshot& snapshot) {
        const auto target = resolve_target(who_.visibility, snapshot, request_.selector);
        require(
            who_.visibility, target.project, Deed::edit, "what '" + path_of(target) + "' holds"
        );
        // A resource that is not there yet is made in commit(); a label that cannot be is refused
        // before the body is read.
        if (!find_target_resource(who_.visibility, snapshot, target, request_.selector)) {
            check_new_resource_label(target, request_.selector);
        }
    });
    store_.require_room(request_.expected_bytes);
}

Upload::~Upload() {
    finishing_.clear();  // waits for them
    remove_surplus();
}

void Upload::begin_file(const std::string& path) {
    model::check_file_path(path);
    path_ = path;
    object_ = store_.create();
    hasher_.emplace();
}

void Upload::push(std::span<const std::byte> bytes) {
    hasher_->push(bytes);
    object_->push(bytes);
}

void Upload::end_file() {
    constexpr std::size_t finished_together = 16;
    arrived_.push_back(
        {.path = path_,
         .created = now_millis(),
         .digest = hasher_->finish(),
         .object_key = object_->key()}
    );
    unfinished_.push_back(std::move(object_));
    if (unfinished_.size() == finished_together) begin_finishing();
}

/// A disk takes the syncs of several threads in the time of one, and the next files are hashed
/// meanwhile. At most 80 objects are open.
void Upload::begin_finishing() {
    constexpr std::size_t threads = 4;
    if (finishing_.size() == threads) await_first_finished();
    finishing_.push_back(std::async(
        std::launch::async,
        [this, objects = std::exchange(unfinished_, {})] { store_.finish(objects); }
    ));
}

void Upload::await_first_finished() {
    auto first = std::move(finishing_.front());
    finishing_.pop_front();
    first.get();
}

std::vector<std::string> Upload::commit() {
    store_.finish(unfinished_);
    unfinished_.clear();
    while (!finishing_.empty())
        await_first_finished();
    Outcome outcome;
    bool was_applied = false;
    try {
        catalog_.write([&](catalog::Change& change) {
            outcome = add_all(change);
            was_applied = true;
        });
    } catch (const Error& error) {
        // Undone for certain, unless the commit itself failed: then it may have happened. Not when
        // there was no space for it, and just then the objects must not stay.
        if (was_applied && error.kind() != ErrorKind::no_space) {
            is_used_ = std::move(outcome.is_used);
        }
        throw;
    } catch (...) {
        if (was_applied) is_used_ = std::move(outcome.is_used);
        throw;
    }
    is_used_ = std::move(outcome.is_used);
    // Should mending one of them fail, then the others keep their copies too.
    std::erase_if(outcome.shared, [&](const Shared& shared) { return is_at_hand(shared.blob); });
    for (const auto& shared : outcome.shared)
        is_used_[shared.index] = true;
    for (const auto& shared : outcome.shared)
        mend_shared(shared);
    remove_surplus();
    return std::move(outcome.kept);
}

model::File Upload::file_of(const Arrived& arrived) const {
    model::File file;
    file.path = arrived.path;
    file.format = request_.notes.format;
    file.content = request_.notes.content;
    file.tags = request_.notes.tags;
    file.description = request_.notes.description;
    file.created = arrived.created;
    file.user = who_.user.name;
    file.blob.digest = arrived.digest;
    file.blob.object_key = arrived.object_key;
    file.blob.stored_length = arrived.digest.size;
    return file;
}

Upload::Outcome Upload::add_all(catalog::Change& change) const {
    const auto& visibility = who_.visibility;
    const auto target = resolve_target(visibility, change, request_.selector);
    require(visibility, target.project, Deed::edit, "what '" + path_of(target) + "' holds");
    auto resource = find_target_resource(visibility, change, target, request_.selector);
    if (resource) {
        note_on_resource(visibility, change, *resource, request_.notes);
    } else {
        auto notes = request_.notes;
        if (notes.content.empty() && is_first_of_a_scan(visibility, change, target)) {
            notes.content = first_scan_content;
        }
        resource = create_target_resource(visibility, change, target, request_.selector, notes);
    }
    Outcome outcome;
    for (const auto& one : arrived_) {
        auto added =
            catalog::add_file(visibility, change, resource->key, file_of(one), request_.existing);
        if (added.outcome == catalog::Added::kept) outcome.kept.push_back(one.path);
        // Not the content of a file that was kept in place of this one.
        if (!added.object_is_used && added.used.digest == one.digest) {
            outcome.shared.push_back({outcome.is_used.size(), std::move(added.used)});
        }
        outcome.is_used.push_back(added.object_is_used);
    }
    return outcome;
}

bool Upload::is_at_hand(const model::Blob& blob) const noexcept {
    try {
        return store_.length(blob.object_key) == blob.stored_length;
    } catch (const std::exception&) {
        return false;  // a copy that was written just now is better than one that cannot be seen
    }
}

/// Equal content was there already, says the catalog. Before the copy that came with this upload
/// goes, the one it is given up for must be on the disk; if it is not, it is mended with ours.
void Upload::mend_shared(const Shared& shared) {
    const auto& blob = shared.blob;
    log(LogLevel::warning,
        "an upload mends an object that was lost",
        {{"blob", std::to_string(blob.key)}});
    // When the commit fails, which may have happened nevertheless, the copy stays.
    is_used_[shared.index] = catalog_.write([&](catalog::Change& change) {
        return catalog::mend_blob(
            model::Visibility::everything(),
            change,
            blob.key,
            blob.object_key,
            file_of(arrived_[shared.index]).blob
        );
    });
}

void Upload::remove_surplus() noexcept {
    // What a crash leaves here, the sweeper finds later.
    for (std::size_t index = 0; index < arrived_.size(); ++index) {
        if (index < is_used_.size() && is_used_[index]) continue;
        const auto& key = arrived_[index].object_key;
        try {
            store_.remove(key);
        } catch (const std::exception& error) {
            log(LogLevel::warning,
                "a surplus object stays until the next sweep",
                {{"object", key}, {"error", error.what()}});
        }
    }
    arrived_.clear();
    is_used_.clear();
}

}  // namespace larmor::archive
