// SPDX-License-Identifier: Apache-2.0
#include "archive/upload.hpp"

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
            check_new_resource_label(request_.selector);
        }
    });
    store_.require_room(request_.expected_bytes);
}

Upload::~Upload() {
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
    object_->finish();
    model::File file;
    file.path = path_;
    file.format = request_.notes.format;
    file.content = request_.notes.content;
    file.tags = request_.notes.tags;
    file.description = request_.notes.description;
    file.created = now_millis();
    file.user = who_.user.name;
    file.blob.digest = hasher_->finish();
    file.blob.object_key = object_->key();
    file.blob.stored_length = file.blob.digest.size;
    arrived_.push_back({std::move(file), false, {}});
    object_.reset();
}

std::vector<std::string> Upload::commit() {
    auto added = arrived_;
    bool was_applied = false;
    std::vector<std::string> kept;
    try {
        kept = catalog_.write([&](catalog::Change& change) {
            auto names = add_all(change, added);
            was_applied = true;
            return names;
        });
    } catch (const Error& error) {
        // Undone for certain, unless the commit itself failed: then it may have happened. Not when
        // there was no space for it, and just then the objects must not stay.
        if (was_applied && error.kind() != ErrorKind::no_space) arrived_ = std::move(added);
        throw;
    } catch (...) {
        if (was_applied) arrived_ = std::move(added);
        throw;
    }
    arrived_ = std::move(added);
    for (auto& arrived : arrived_)
        mend_shared(arrived);
    remove_surplus();
    return kept;
}

std::vector<std::string> Upload::add_all(catalog::Change& change, std::vector<Arrived>& arrived)
    const {
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
    std::vector<std::string> kept;
    for (auto& one : arrived) {
        const auto added =
            catalog::add_file(visibility, change, resource->key, one.file, request_.existing);
        one.is_used = added.object_is_used;
        if (added.outcome == catalog::Added::kept)
            kept.push_back(one.file.path);
        else if (!added.object_is_used)
            one.shared = added.used;
    }
    return kept;
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
void Upload::mend_shared(Arrived& arrived) {
    const auto& shared = arrived.shared;
    if (shared.key == 0 || is_at_hand(shared)) return;
    log(LogLevel::warning,
        "an upload mends an object that was lost",
        {{"blob", std::to_string(shared.key)}});
    arrived.is_used = true;  // also when the commit fails, which may have happened nevertheless
    arrived.is_used = catalog_.write([&](catalog::Change& change) {
        return catalog::mend_blob(
            model::Visibility::everything(),
            change,
            shared.key,
            shared.object_key,
            arrived.file.blob
        );
    });
}

void Upload::remove_surplus() noexcept {
    // What a crash leaves here, the sweeper finds later.
    for (auto& arrived : arrived_) {
        if (arrived.is_used) continue;
        try {
            store_.remove(arrived.file.blob.object_key);
        } catch (const std::exception& error) {
            log(LogLevel::warning,
                "a surplus object stays until the next sweep",
                {{"object", arrived.file.blob.object_key}, {"error", error.what()}});
        }
    }
    arrived_.clear();
}

}  // namespace larmor::archive
