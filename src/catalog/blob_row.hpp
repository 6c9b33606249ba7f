// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/file.hpp"
#include "sql/values.hpp"

namespace larmor::catalog {

/// The columns of a blob `b` as they come from a statement.
struct BlobRow {
    static constexpr std::string_view columns =
        "b.key, b.size, b.crc32, b.md5, b.sha256, b.object_key, b.stored_length, b.state";
    void append_to(sql::Targets& targets);
    model::Blob to_blob() const;

    model::Key key = 0;
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    std::string_view md5;
    std::string_view sha256;
    std::string_view object_key;
    std::uint64_t stored_length = 0;
    std::string_view state;
};

}  // namespace larmor::catalog
