// SPDX-License-Identifier: Apache-2.0
#include "archive/object_check.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "catalog/blobs.hpp"

namespace larmor::archive {
namespace {

constexpr auto remembered_for = std::chrono::seconds(60);
constexpr std::size_t remembered_max = 65'536;

}  // namespace

model::BlobState ObjectCheck::look(
    model::Key blob, std::string_view object_key, std::uint64_t length
) {
    if (was_seen_lately(blob)) return model::BlobState::sound;
    const auto found = store_.length(std::string(object_key));
    if (found == length) {
        remember(blob);
        return model::BlobState::sound;
    }
    const auto state = found ? model::BlobState::damaged : model::BlobState::missing;
    report(blob, object_key, state);
    return state;
}

model::BlobState ObjectCheck::look_again(
    model::Key blob, std::string_view object_key, std::uint64_t length
) {
    if (was_seen_lately(blob)) return model::BlobState::sound;
    if (store_.length(std::string(object_key)) != length) return model::BlobState::missing;
    log(LogLevel::info, "a missing object is there again", {{"blob", std::to_string(blob)}});
    mark(blob, object_key, model::BlobState::sound);
    remember(blob);
    return model::BlobState::sound;
}

void ObjectCheck::report(model::Key blob, std::string_view object_key, model::BlobState state) {
    log(LogLevel::error,
        state == model::BlobState::missing ? "a stored object is missing"
                                           : "a stored object is damaged",
        {{"blob", std::to_string(blob)}});
    forget(blob);
    mark(blob, object_key, state);
}

void ObjectCheck::note_unreadable(model::Key blob, std::string_view object_key) {
    log(LogLevel::error,
        "the disk failed while a stored object was read",
        {{"blob", std::to_string(blob)}, {"object", std::string(object_key)}});
    forget(blob);
}

void ObjectCheck::mark(model::Key blob, std::string_view object_key, model::BlobState state) {
    try {
        catalog_.write([&](catalog::Change& change) {
            catalog::mark_blob(model::Visibility::everything(), change, blob, object_key, state);
        });
    } catch (const Error& error) {
        log(LogLevel::error,
            "the state of a stored object could not be marked",
            {{"blob", std::to_string(blob)}, {"reason", error.what()}});
    }
}

bool ObjectCheck::was_seen_lately(model::Key blob) {
    const std::lock_guard lock(mutex_);
    const auto found = seen_.find(blob);
    return found != seen_.end() &&
           std::chrono::steady_clock::now() - found->second < remembered_for;
}

void ObjectCheck::forget(model::Key blob) {
    const std::lock_guard lock(mutex_);
    seen_.erase(blob);
}

void ObjectCheck::remember(model::Key blob) {
    const std::lock_guard lock(mutex_);
    if (seen_.size() >= remembered_max) seen_.clear();
    seen_[blob] = std::chrono::steady_clock::now();
}

}  // namespace larmor::archive
