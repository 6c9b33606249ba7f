// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::catalog {

/// Marks what somebody found who looked at this object of the blob. A blob that was swept, or has
/// another object by now, is left as it is: what is known of the old object says nothing about it.
/// Bumps the revision of every resource that has a file of a blob whose state changes, so that
/// cached rows are read anew.
void mark_blob(
    const Visibility& visibility,
    Change& change,
    Key blob,
    std::string_view object_key,
    model::BlobState state
);
/// The blob takes over the object of `replacement`, which holds the same content, and is sound.
/// False, and nothing happens, when it has another object than `old_object_key` by now or holds
/// other content. Bumps revisions as mark_blob() does.
bool mend_blob(
    const Visibility& visibility,
    Change& change,
    Key blob,
    std::string_view old_object_key,
    const model::Blob& replacement
);
std::optional<model::Blob> find_blob(
    const Visibility& visibility, Snapshot& snapshot, const Sha256Digest& sha256, std::uint64_t size
);
/// A page of blob rows in order of key, from behind `after` on.
std::vector<model::Blob> list_blobs(
    const Visibility& visibility, Snapshot& snapshot, Key after, std::size_t limit
);
/// Whether a blob row names this object.
bool is_object_used(const Visibility& visibility, Snapshot& snapshot, std::string_view object_key);
/// Deletes up to `limit` rows that no file has had since before `unreferenced_before`, and
/// returns their objects, which may be removed once this is committed.
std::vector<std::string> remove_unreferenced_blobs(
    const Visibility& visibility, Change& change, UnixMillis unreferenced_before, std::size_t limit
);

/// What does not hold although it must, each a sentence that names its row: counts of resources
/// against their files, blobs without the mark that no file has them, and so on.
std::vector<std::string> find_contradictions(const Visibility& visibility, Snapshot& snapshot);

/// Whatever its size; the first one if contents of two sizes ever share a digest.
std::optional<model::Blob> find_blob_by_sha256(
    const Visibility& visibility, Snapshot& snapshot, const Sha256Digest& sha256
);

struct FilePlace {
    Key resource = 0;
    std::string path;
    bool operator==(const FilePlace&) const = default;
};
/// A page of the files that have this blob, in order of resource and path, from behind `after` on.
std::vector<FilePlace> list_files_of_blob(
    const Visibility& visibility,
    Snapshot& snapshot,
    Key blob,
    const FilePlace& after,
    std::size_t limit
);

}  // namespace larmor::catalog
