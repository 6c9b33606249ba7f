// SPDX-License-Identifier: Apache-2.0
#include "catalog/blobs.hpp"

#include "catalog/blob_row.hpp"
#include "catalog/blob_use.hpp"
#include "catalog/visible.hpp"
#include "catalog/words.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

/// A blob is as visible as any of its files.
std::string visible_blob(const Visibility& visibility) {
    if (visibility.sees_everything()) return "1 = 1";
    return "EXISTS (SELECT 1 FROM file vf JOIN resource vr ON vr.key = vf.resource "
           "WHERE vf.blob = b.key AND " +
           visible(visibility, "vr.project") + ")";
}

std::vector<model::Blob> select_blobs(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    std::string_view tail,
    const sql::Parameters& parameters
) {
    std::vector<model::Blob> blobs;
    BlobRow row;
    sql::Targets targets;
    row.append_to(targets);
    snapshot.connection().for_each(
        "SELECT " + std::string(BlobRow::columns) + " FROM blob b WHERE " + condition + " AND " +
            visible_blob(visibility) + std::string(tail),
        parameters,
        targets,
        [&] { blobs.push_back(row.to_blob()); }
    );
    return blobs;
}

}  // namespace

void mark_blob(
    const Visibility& visibility,
    Change& change,
    Key blob,
    std::string_view object_key,
    model::BlobState state
) {
    Key marked = 0;
    const auto word = to_word(state);
    if (change.connection().read_row(
            "UPDATE blob AS b SET state = ? WHERE b.key = ? AND b.object_key = ? "
            "AND b.state <> ? AND " +
                visible_blob(visibility) + " RETURNING key",
            {word, blob, object_key, word},
            {marked}
        )) {
        renew_resources_of(change, blob);
    }
}

bool mend_blob(
    const Visibility& visibility,
    Change& change,
    Key blob,
    std::string_view old_object_key,
    const model::Blob& replacement
) {
    const auto found = select_blobs(visibility, change, "b.key = ?", "", {blob});
    return !found.empty() && found.front().digest == replacement.digest &&
           replace_object(change, blob, old_object_key, replacement);
}

std::optional<model::Blob> find_blob(
    const Visibility& visibility, Snapshot& snapshot, const Sha256Digest& sha256, std::uint64_t size
) {
    const auto hex = digest_to_hex(sha256);
    auto found = select_blobs(visibility, snapshot, "b.sha256 = ? AND b.size = ?", "", {hex, size});
    if (found.empty()) return {};
    return std::move(found.front());
}

std::vector<model::Blob> list_blobs(
    const Visibility& visibility, Snapshot& snapshot, Key after, std::size_t limit
) {
    return select_blobs(
        visibility, snapshot, "b.key > ?", " ORDER BY b.key LIMIT ?", {after, limit}
    );
}

bool is_object_used(const Visibility& visibility, Snapshot& snapshot, std::string_view object_key) {
    require_everything(visibility, "the use of an object");
    Key found = 0;
    return snapshot.connection().read_row(
        "SELECT key FROM blob WHERE object_key = ?", {object_key}, {found}
    );
}

std::vector<std::string> remove_unreferenced_blobs(
    const Visibility& visibility, Change& change, UnixMillis unreferenced_before, std::size_t limit
) {
    require_everything(visibility, "removing blobs");
    std::vector<std::string> objects;
    std::string object;
    change.connection().for_each(
        "DELETE FROM blob WHERE key IN (SELECT key FROM blob WHERE unreferenced_since < ? "
        "AND NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.key) "
        "ORDER BY unreferenced_since LIMIT ?) RETURNING object_key",
        {unreferenced_before, limit},
        {object},
        [&] { objects.push_back(object); }
    );
    return objects;
}

std::optional<model::Blob> find_blob_by_sha256(
    const Visibility& visibility, Snapshot& snapshot, const Sha256Digest& sha256
) {
    const auto hex = digest_to_hex(sha256);
    auto found = select_blobs(visibility, snapshot, "b.sha256 = ?", " ORDER BY b.size", {hex});
    if (found.empty()) return {};
    return std::move(found.front());
}

std::vector<FilePlace> list_files_of_blob(
    const Visibility& visibility,
    Snapshot& snapshot,
    Key blob,
    const FilePlace& after,
    std::size_t limit
) {
    std::vector<FilePlace> files;
    FilePlace row;
    snapshot.connection().for_each(
        "SELECT f.resource, f.path FROM file f JOIN resource r ON r.key = f.resource "
        "WHERE f.blob = ? AND (f.resource, f.path) > (?, ?) AND " +
            visible(visibility, "r.project") + " ORDER BY f.resource, f.path LIMIT ?",
        {blob, after.resource, after.path, limit},
        {row.resource, row.path},
        [&] { files.push_back(row); }
    );
    return files;
}

}  // namespace larmor::catalog
