// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_end.hpp"

#include <algorithm>

#include "pack/segment_reader.hpp"
#include "pack/zip_fields.hpp"

namespace larmor::pack {
namespace {

constexpr std::string_view end_mark = "PK\5\6";
constexpr std::size_t end_bytes = 22;
constexpr std::size_t comment_bytes_max = 65535;
constexpr std::size_t locator_bytes = 20;
constexpr std::size_t zip64_end_bytes = 56;

/// Adds where the directory lies, right before `directory_to`; absent when it cannot lie there.
std::optional<ZipEnd> placed(
    ZipEnd end, std::uint64_t size, std::uint64_t claimed_from, const stream::Source& zip
) {
    if (size > end.directory_to || claimed_from > end.directory_to - size) return {};
    end.directory_from = end.directory_to - size;
    end.shift = end.directory_from - claimed_from;
    if (size == 0 && end.entries != 0) return {};
    if (size > 0 &&
        read_zip_record(zip, end.directory_from, zip_entry_bytes, zip_entry_mark).empty()) {
        return {};
    }
    return end;
}

std::optional<ZipEnd> read_zip64_end(const stream::Source& zip, std::uint64_t end_at) {
    if (end_at < locator_bytes + zip64_end_bytes) return {};
    const auto locator_at = end_at - locator_bytes;
    const auto locator = read_zip_record(zip, locator_at, locator_bytes, "PK\6\7");
    if (locator.empty()) return {};
    // Where it says, unless something was put before the zip.
    for (const auto at : {read64(locator, 8), locator_at - zip64_end_bytes}) {
        if (at >= locator_at) continue;
        const auto record = read_zip_record(zip, at, zip64_end_bytes, "PK\6\6");
        if (record.empty()) continue;
        const ZipEnd end{
            .directory_to = at,
            .entries = read64(record, 32),
            .is_zip64 = true,
            .has_several_disks = read64(record, 16) != 0};
        if (auto found = placed(end, read64(record, 40), read64(record, 48), zip)) return found;
    }
    return {};
}

std::optional<ZipEnd> read_end(
    const stream::Source& zip, std::uint64_t end_at, std::string_view record
) {
    if (record.size() < end_bytes) return {};
    if (auto end = read_zip64_end(zip, end_at)) return end;
    const ZipEnd end{
        .directory_to = end_at,
        .entries = read16(record, 10),
        .has_several_disks = read32(record, 4) != 0};
    return placed(end, read32(record, 12), read32(record, 16), zip);
}

}  // namespace

std::optional<ZipEnd> find_zip_end(const stream::Source& zip) {
    const auto length = zip.length();
    const auto from = length - std::min<std::uint64_t>(length, end_bytes + comment_bytes_max);
    const auto tail = read_bytes(zip, from, length);
    std::optional<ZipEnd> of_nothing;
    for (auto at = tail.rfind(end_mark); at != tail.npos; at = tail.rfind(end_mark, at - 1)) {
        const auto record = std::string_view(tail).substr(at, end_bytes);
        if (auto end = read_end(zip, from + at, record)) {
            // The mark and zeros behind it are such a record too, wherever they stand.
            if (end->directory_from < end->directory_to) return end;
            if (!of_nothing) of_nothing = end;
        }
        if (at == 0) break;
    }
    return of_nothing;
}

}  // namespace larmor::pack
