// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <future>
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

/// Files on their way in, one after the other: all of them are there after commit(), none of them
/// before it or without it. For one thread at a time.
class FileReceiver {
public:
    virtual ~FileReceiver() = default;
    /// Throws invalid_argument for a path that cannot be stored.
    virtual void begin_file(const std::string& path) = 0;
    virtual void push(std::span<const std::byte> bytes) = 0;
    virtual void end_file() = 0;
    /// Returns when all that came is durable: the paths that existed and were kept, in the order
    /// they came.
    virtual std::vector<std::string> commit() = 0;
};

/// One or more files on their way into one resource. Bytes go to the store as they come; what is
/// kept in memory is about 250 bytes for each file, with a path of 30.
class Upload final : public FileReceiver {
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
    ~Upload() override;

    void begin_file(const std::string& path) override;
    void push(std::span<const std::byte> bytes) override;
    void end_file() override;
    /// Makes the resource when it is new, and adds the files in one transaction.
    std::vector<std::string> commit() override;

private:
    struct Arrived {
        std::string path;
        UnixMillis created = 0;
        ContentDigest digest;
        std::string object_key;
    };
    struct Shared {
        std::size_t index = 0;  // of the file among those that arrived
        model::Blob blob;       // that it uses instead of the object that came with it
    };
    struct Outcome {
        std::vector<bool> is_used;  // whether the catalog refers to the object of each file
        std::vector<Shared> shared;
        std::vector<std::string> kept;
    };
    void begin_finishing();
    void await_first_finished();
    model::File file_of(const Arrived& arrived) const;
    Outcome add_all(catalog::Change& change) const;
    bool is_at_hand(const model::Blob& blob) const noexcept;
    void mend_shared(const Shared& shared);
    void remove_surplus() noexcept;

    catalog::Catalog& catalog_;
    storage::BlobStore& store_;
    auth::Identity who_;
    UploadRequest request_;
    std::string path_;
    std::unique_ptr<storage::NewObject> object_;
    std::optional<ContentHasher> hasher_;
    std::vector<Arrived> arrived_;
    std::vector<bool> is_used_;  // see Outcome; of those beyond its end, none is
    std::vector<std::unique_ptr<storage::NewObject>> unfinished_;  // the last objects, complete
    std::deque<std::future<void>> finishing_;  // of those before them, a few at a time
};

}  // namespace larmor::archive
