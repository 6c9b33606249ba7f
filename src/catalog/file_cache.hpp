// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::catalog {

/// What a plan or a manifest needs of a file, and no more. The texts live in the ResourceFiles it
/// comes from.
struct CompactFile {
    std::string_view path;
    std::string_view format;
    std::string_view content;
    std::string_view object_key;
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    model::BlobState state = model::BlobState::sound;
    Sha256Digest sha256{};
    Md5Digest md5{};
    Key blob = 0;
    UnixMillis created = 0;  // time of arrival
};

/// All files of one resource at one revision, in order of path bytes. Immutable.
class ResourceFiles {
public:
    virtual ~ResourceFiles() = default;
    virtual const std::vector<CompactFile>& rows() const = 0;
    virtual std::size_t memory_bytes() const = 0;
};

/// Keeps the files of resources lately used, by (resource, revision), and finds those that somebody
/// uses however large they are; nothing is ever invalidated. What nobody uses is bounded by
/// `bytes_max`. Thread-safe.
class FileCache {
public:
    explicit FileCache(std::size_t bytes_max);
    ~FileCache();
    /// mark_blob() makes a new revision, so the state of each blob is as of this snapshot.
    std::shared_ptr<const ResourceFiles> get(
        const Visibility& visibility, Snapshot& snapshot, const model::Resource& resource
    );
    /// The same for many, in the order given, with a few queries for every 500 of them.
    std::vector<std::shared_ptr<const ResourceFiles>> get_all(
        const Visibility& visibility,
        Snapshot& snapshot,
        const std::vector<model::Resource>& resources
    );

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace larmor::catalog
