// SPDX-License-Identifier: Apache-2.0
#include "pack/tar.hpp"

#include "pack/tar_records.hpp"

namespace larmor::pack {
namespace {

constexpr std::uint64_t record_bytes = 20 * tar_block_bytes;
constexpr std::uint64_t end_bytes_min = 2 * tar_block_bytes;

/// How many bytes lead from `length` to the next multiple of `unit`.
std::uint64_t to_multiple(std::uint64_t length, std::uint64_t unit) {
    return (unit - length % unit) % unit;
}

}  // namespace

std::string TarForm::tag() const {
    return "tar" + std::to_string(tar_writer_version);
}

std::uint64_t TarForm::padding_length(const Entry& entry) {
    return to_multiple(entry.size, tar_block_bytes);
}

std::uint64_t TarForm::member_length(const Entry& entry) const {
    return tar_header_length(entry) + entry.size + padding_length(entry);
}

Piece TarForm::member_piece(const Entry& entry, std::uint64_t at) const {
    const std::uint64_t content = tar_header_length(entry);
    const std::uint64_t padding = content + entry.size;
    if (at < content) return {.begin = 0, .end = content, .bytes = format_tar_header(entry)};
    if (at < padding) return {.begin = content, .end = padding, .kind = Piece::Kind::content};
    const auto length = padding_length(entry);
    return {.begin = padding, .end = padding + length, .bytes = std::string(length, '\0')};
}

std::uint64_t TarForm::end_length(std::uint64_t members_length) {
    return end_bytes_min + to_multiple(members_length + end_bytes_min, record_bytes);
}

std::string TarForm::end(const Totals& totals) const {
    return std::string(end_length(totals.members_end), '\0');
}

}  // namespace larmor::pack
