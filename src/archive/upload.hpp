// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/resource.hpp"
#include "archive/selector.hpp"
#include "auth/sign_in.hpp"
#include "base/hash.hpp"
#include "catalog/catalog.hpp"
#include "catalog/files.hpp"
#include "model/file.hpp"
#include "storage/blob_store.hpp"

namespace larmor::archive {

/// Where files go and what is noted about them. An absent or empty text notes nothing.
struct UploadRequest {
    Selector selector;
    catalog::Existing existing = catalog::Existing::keep;
    ResourceNotes notes;               // of each file, and of the resource
    std::uint64_t expected_bytes = 0;  // at least so many will come; 0 when that is not known
};

/// One or more files on their way into one resource: all of them are there after commit(), none
/// of them before it or without it. Bytes go to the store as they come; nothing is kept in
/// memory. For one thread at a time.
class Upload {
public:
    /// Throws not_found unless the path names one thing, forbidden without the right to edit it,
    /// invalid_argument for a resource label that cannot be, no_space when the store has no room
    /// for what is expected.
    Upload(
        catalog::Catalog& catalog,
        storage::BlobStore& store,
        auth::Identity who,
        UploadRequest request
    );
    ~Upload();

    /// Throws invalid_argument for a path that cannot be stored.
    void begin_file(const std::string& path);
    void push(std::span<const std::byte> bytes);
    /// Returns when the bytes are durable.
    void end_file();
    /// Makes the resource when it is new, adds the files, and returns when that is durable. The
    /// paths that existed and were kept, in the order they came.
    std::vector<std::string> commit();

private:
    struct Arrived {
        model::File file;
        bool is_used = false;  // the catalog refers to its object, or may do so
        model::Blob shared;    // the blob that the file uses instead; key 0: none
    };
    std::vector<std::string> add_all(catalog::Change& change, std::vector<Arrived>& arrived) const;
    bool is_at_hand(const model::Blob& blob) const noexcept;
    void mend_shared(Arrived& arrived);
    void remove_surplus() noexcept;

    catalog::Catalog& catalog_;
    storage::BlobStore& store_;
    auth::Identity who_;
    UploadRequest request_;
    std::string path_;
    std::unique_ptr<storage::NewObject> object_;
    std::optional<ContentHasher> hasher_;
    std::vector<Arrived> arrived_;
};

}  // namespace larmor::archive
