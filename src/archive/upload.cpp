// SPDX-License-Identifier: Apache-2.0
#include "archive/upload.hpp"

#include "archive/permission.hpp"
#include "archive/resolve.hpp"
#include "archive/resource.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
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
    file.format = request_.format;
    file.content = request_.content;
    file.tags = request_.tags;
    file.description = request_.description;
    file.created = now_millis();
    file.user = who_.user.name;
    file.blob.digest = hasher_->finish();
    file.blob.object_key = object_->key();
    file.blob.stored_length = file.blob.digest.size;
    arrived_.push_back({std::move(file), false});
    object_.reset();
}

std::vector<std::string> Upload::commit() {
    std::vector<std::string> kept;
    catalog_.write([&](catalog::Change& change) { add_all(change, kept); });
    remove_surplus();
    return kept;
}

void Upload::add_all(catalog::Change& change, std::vector<std::string>& kept) {
    const auto& visibility = who_.visibility;
    const auto target = resolve_target(visibility, change, request_.selector);
    require(visibility, target.project, Deed::edit, "what '" + path_of(target) + "' holds");
    auto resource = find_target_resource(visibility, change, target, request_.selector);
    if (!resource) {
        auto content = request_.content;
        if (content.empty() && is_first_of_a_scan(visibility, change, target)) {
            content = first_scan_content;
        }
        resource = create_target_resource(
            visibility,
            change,
            target,
            request_.selector,
            {.format = request_.format,
             .content = content,
             .description = request_.description,
             .tags = request_.tags}
        );
    } else {
        note_on_resource(
            visibility,
            change,
            *resource,
            {.format = request_.format,
             .content = request_.content,
             .description = request_.description,
             .tags = request_.tags}
        );
    }
    for (auto& arrived : arrived_) {
        const auto added =
            catalog::add_file(visibility, change, resource->key, arrived.file, request_.existing);
        arrived.is_used = added.object_is_used;
        if (added.outcome == catalog::Added::kept) kept.push_back(arrived.file.path);
    }
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
