// SPDX-License-Identifier: Apache-2.0
#include "catalog/blob_use.hpp"

#include <utility>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "catalog/blob_row.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

Key insert_blob(Change& change, const model::Blob& blob) {
    Key key = 0;
    change.connection().read_row(
        "INSERT INTO blob (size, crc32, md5, sha256, form, stored_length, object_key, state) "
        "VALUES (?, ?, ?, ?, 'plain', ?, ?, 'sound') RETURNING key",
        {blob.digest.size,
         blob.digest.crc32,
         digest_to_hex(blob.digest.md5),
         digest_to_hex(blob.digest.sha256),
         blob.stored_length,
         blob.object_key},
        {key}
    );
    return key;
}

std::optional<model::Blob> find_content(Change& change, const ContentDigest& digest) {
    std::optional<model::Blob> found;
    BlobRow row;
    sql::Targets targets;
    row.append_to(targets);
    change.connection().for_each(
        "SELECT " + std::string(BlobRow::columns) +
            " FROM blob b WHERE b.sha256 = ? AND b.size = ?",
        {digest_to_hex(digest.sha256), digest.size},
        targets,
        [&] { found = row.to_blob(); }
    );
    return found;
}

}  // namespace

UsedBlob use_blob(Change& change, const model::Blob& blob) {
    auto found = find_content(change, blob.digest);
    if (!found) {
        auto inserted = blob;
        inserted.key = insert_blob(change, blob);
        inserted.state = model::BlobState::sound;
        return {.blob = std::move(inserted), .object_is_used = true};
    }
    if (found->state != model::BlobState::sound &&
        replace_object(change, found->key, found->object_key, blob)) {
        found->object_key = blob.object_key;
        found->stored_length = blob.stored_length;
        found->state = model::BlobState::sound;
    }
    change.connection().execute(
        "UPDATE blob SET unreferenced_since = NULL WHERE key = ? "
        "AND unreferenced_since IS NOT NULL",
        {found->key}
    );
    const bool object_is_used = found->object_key == blob.object_key;
    return {.blob = *std::move(found), .object_is_used = object_is_used};
}

bool replace_object(
    Change& change, Key blob, std::string_view old_object_key, const model::Blob& replacement
) {
    Key replaced = 0;
    if (!change.connection().read_row(
            "UPDATE blob SET form = 'plain', stored_length = ?, stored_digest = NULL, "
            "object_key = ?, state = 'sound' WHERE key = ? AND object_key = ? RETURNING key",
            {replacement.stored_length, replacement.object_key, blob, old_object_key},
            {replaced}
        )) {
        return false;
    }
    renew_resources_of(change, blob);
    return true;
}

void mark_if_unreferenced(Change& change, Key blob) {
    change.connection().execute(
        "UPDATE blob SET unreferenced_since = ? WHERE key = ? "
        "AND NOT EXISTS (SELECT 1 FROM file WHERE file.blob = ?)",
        {now_millis(), blob, blob}
    );
}

void renew_resources_of(Change& change, Key blob) {
    change.connection().execute(
        "UPDATE resource SET revision = revision + 1 "
        "WHERE key IN (SELECT resource FROM file WHERE file.blob = ?)",
        {blob}
    );
}

}  // namespace larmor::catalog
