// SPDX-License-Identifier: Apache-2.0
#include "pack/manifest.hpp"

#include <span>

namespace larmor::pack {
namespace {

void append_number(std::string& bytes, std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
        bytes += static_cast<char>(number >> shift & 0xFF);
}

}  // namespace

/// The length before the name makes the end of each entry certain, so that no two lists are
/// written alike.
void ManifestHash::push(const Entry& entry) {
    bytes_.clear();
    append_number(bytes_, entry.name.size());
    bytes_ += entry.name;
    append_number(bytes_, entry.size);
    bytes_ += digest_bytes(entry.sha256);
    hash_.push(bytes_);
}

std::string ManifestHash::finish() {
    const auto digest = hash_.finish();
    return digest_to_hex(std::span(digest).first<16>());
}

void TimesHash::push(std::size_t index, const Entry& entry) {
    if (entry.time == fixed_time) return;
    std::string bytes;
    append_number(bytes, index);
    append_number(bytes, static_cast<std::uint64_t>(entry.time));
    hash_.push(bytes);
    is_empty_ = false;
}

std::string TimesHash::finish() {
    if (is_empty_) return {};
    const auto digest = hash_.finish();
    return '-' + digest_to_hex(std::span(digest).first<8>());
}

}  // namespace larmor::pack
