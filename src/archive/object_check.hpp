// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "catalog/catalog.hpp"
#include "model/file.hpp"
#include "storage/blob_store.hpp"

namespace larmor::archive {

/// Tells whether objects are where the catalog says, and tells the catalog when they are not.
/// Thread-safe. Remembers for a minute what it has seen.
class ObjectCheck {
public:
    ObjectCheck(catalog::Catalog& catalog, storage::BlobStore& store)
        : catalog_(catalog), store_(store) {}

    /// Sound when the object is there at its full length. Anything else is marked in the catalog.
    model::BlobState look(model::Key blob, std::string_view object_key, std::uint64_t length);
    /// Of a blob that the catalog calls missing: sound, and marked so, when its object is there at
    /// its full length again, as after a disk was mounted; else missing.
    model::BlobState look_again(model::Key blob, std::string_view object_key, std::uint64_t length);
    /// Marks a blob whose bytes could not be had from this object while they were sent.
    void report(model::Key blob, std::string_view object_key, model::BlobState state);
    /// Only notes in the log that the disk failed while this object was read, which is no proof
    /// that it is damaged: it may be read again when the disk does.
    void note_unreadable(model::Key blob, std::string_view object_key);

private:
    /// What could not be marked is in the log, and is found again.
    void mark(model::Key blob, std::string_view object_key, model::BlobState state);
    bool was_seen_lately(model::Key blob);
    void remember(model::Key blob);
    void forget(model::Key blob);

    catalog::Catalog& catalog_;
    storage::BlobStore& store_;
    std::mutex mutex_;
    std::unordered_map<model::Key, std::chrono::steady_clock::time_point> seen_;
};

}  // namespace larmor::archive
