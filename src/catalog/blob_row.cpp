// SPDX-License-Identifier: Apache-2.0
#include "catalog/blob_row.hpp"

#include "catalog/digest_text.hpp"
#include "catalog/words.hpp"

namespace larmor::catalog {

void BlobRow::append_to(sql::Targets& targets) {
    targets.insert(
        targets.end(), {key, size, crc32, md5, sha256, object_key, stored_length, state}
    );
}

model::Blob BlobRow::to_blob() const {
    return {
        .key = key,
        .digest =
            {.size = size,
             .crc32 = crc32,
             .md5 = parse_digest<Md5Digest>(md5),
             .sha256 = parse_digest<Sha256Digest>(sha256)},
        .object_key = std::string(object_key),
        .stored_length = stored_length,
        .state = to_blob_state(state),
    };
}

}  // namespace larmor::catalog
