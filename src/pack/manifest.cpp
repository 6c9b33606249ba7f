// SPDX-License-Identifier: Apache-2.0
#include <span>

#include "pack/zip.hpp"

namespace larmor::pack {
namespace {

void append_number(std::string& bytes, std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
        bytes += static_cast<char>(number >> shift & 0xFF);
}

/// The length before the name makes the end of each entry certain, so that no two lists are
/// written alike.
void append_entry(std::string& bytes, const Entry& entry) {
    append_number(bytes, entry.name.size());
    bytes += entry.name;
    append_number(bytes, entry.size);
    bytes += digest_bytes(entry.sha256);
}

}  // namespace

std::string manifest_hash(const std::vector<Entry>& entries) {
    Sha256 hash;
    std::string bytes;
    for (const auto& entry : entries) {
        bytes.clear();
        append_entry(bytes, entry);
        hash.push(bytes);
    }
    const auto digest = hash.finish();
    return digest_to_hex(std::span(digest).first<16>());
}

}  // namespace larmor::pack
