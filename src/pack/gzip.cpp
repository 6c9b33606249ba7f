// SPDX-License-Identifier: Apache-2.0
#include "pack/gzip.hpp"

#include <algorithm>

#include "pack/tar_records.hpp"

namespace larmor::pack {
namespace {

constexpr std::uint64_t block_header_bytes = 5;
constexpr std::uint64_t block_bytes_max = 65'535;
constexpr std::uint64_t block_whole_max = block_header_bytes + block_bytes_max;

enum class Last : char { no = 0, yes = 1 };

void append_little_endian(std::string& bytes, std::uint64_t number, int width) {
    for (int i = 0; i < width; ++i)
        bytes += static_cast<char>(number >> (8 * i) & 0xFF);
}

std::string block_header(std::uint64_t length, Last last) {
    std::string bytes(1, static_cast<char>(last));
    append_little_endian(bytes, length, 2);
    append_little_endian(bytes, ~length, 2);
    return bytes;
}

}  // namespace

std::string GzipForm::tag() const {
    return "targz" + std::to_string(gzip_writer_version);
}

void GzipForm::note(const Entry& entry) {
    crc32_.append(format_tar_header(entry));
    crc32_.append(entry.crc32, entry.size);
    crc32_.append(std::string(TarForm::padding_length(entry), '\0'));
    tar_length_ += tar_.member_length(entry);
}

std::string GzipForm::head() const {
    // Deflate, no flags, no time, nothing about speed, unknown system.
    return {"\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10};
}

std::uint64_t GzipForm::member_length(const Entry& entry) const {
    const std::uint64_t length = tar_.member_length(entry);
    return length + (length + block_bytes_max - 1) / block_bytes_max * block_header_bytes;
}

Piece GzipForm::member_piece(const Entry& entry, std::uint64_t at) const {
    const std::uint64_t block = at / block_whole_max;
    const std::uint64_t block_begin = block * block_whole_max;
    const std::uint64_t tar_begin = block * block_bytes_max;
    const std::uint64_t tar_end = std::min(tar_begin + block_bytes_max, tar_.member_length(entry));
    const std::uint64_t header_end = block_begin + block_header_bytes;
    if (at < header_end) {
        return {
            .begin = block_begin,
            .end = header_end,
            .bytes = block_header(tar_end - tar_begin, Last::no)};
    }
    const std::uint64_t shift = header_end - tar_begin;  // from the tar's bytes to ours
    auto piece = tar_.member_piece(entry, at - shift);
    const std::uint64_t begin = std::max(piece.begin, tar_begin);
    const std::uint64_t end = std::min(piece.end, tar_end);
    if (piece.kind == Piece::Kind::generated) {
        piece.bytes = piece.bytes.substr(begin - piece.begin, end - begin);
    } else {
        piece.content_from += begin - piece.begin;
    }
    piece.begin = begin + shift;
    piece.end = end + shift;
    return piece;
}

std::string GzipForm::end(const Totals&) const {
    const std::string zeros(TarForm::end_length(tar_length_), '\0');
    auto whole = crc32_;
    whole.append(zeros);
    std::string bytes = block_header(zeros.size(), Last::yes) + zeros;
    append_little_endian(bytes, whole.value(), 4);
    append_little_endian(bytes, tar_length_ + zeros.size(), 4);
    return bytes;
}

}  // namespace larmor::pack
