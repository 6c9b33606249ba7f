// SPDX-License-Identifier: Apache-2.0
#include "catalog/blob_use.hpp"

#include "base/hash.hpp"
#include "base/time.hpp"
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

void mend(Change& change, Key key, const model::Blob& blob) {
    change.connection().execute(
        "UPDATE blob SET form = 'plain', stored_length = ?, stored_digest = NULL, "
        "object_key = ?, state = 'sound', unreferenced_since = NULL WHERE key = ?",
        {blob.stored_length, blob.object_key, key}
    );
    renew_resources_of(change, key);
}

}  // namespace

UsedBlob use_blob(Change& change, const model::Blob& blob) {
    Key key = 0;
    std::string object_key;
    std::string state;
    auto& connection = change.connection();
    const auto sha256 = digest_to_hex(blob.digest.sha256);
    if (!connection.read_row(
            "SELECT key, object_key, state FROM blob WHERE sha256 = ? AND size = ?",
            {sha256, blob.digest.size},
            {key, object_key, state}
        )) {
        return {.key = insert_blob(change, blob), .object_is_used = true};
    }
    if (state != "sound") {
        mend(change, key, blob);
        return {.key = key, .object_is_used = true};
    }
    connection.execute(
        "UPDATE blob SET unreferenced_since = NULL WHERE key = ? "
        "AND unreferenced_since IS NOT NULL",
        {key}
    );
    return {.key = key, .object_is_used = object_key == blob.object_key};
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
