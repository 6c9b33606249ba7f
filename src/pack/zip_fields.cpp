// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_fields.hpp"

#include "pack/segment_reader.hpp"

namespace larmor::pack {

std::optional<std::string_view> find_zip_extra(std::string_view extra, unsigned id) {
    while (extra.size() >= 4) {
        const auto size = read16(extra, 2);
        const auto content = extra.substr(4, size);
        if (content.size() < size) return {};
        if (read16(extra, 0) == id) return content;
        extra.remove_prefix(4 + size);
    }
    return {};
}

std::string read_zip_record(
    const stream::Source& zip, std::uint64_t at, std::size_t size, std::string_view mark
) {
    const auto length = zip.length();
    if (at > length || size > length - at) return {};
    auto record = read_bytes(zip, at, at + size);
    if (!record.starts_with(mark)) return {};
    return record;
}

}  // namespace larmor::pack
