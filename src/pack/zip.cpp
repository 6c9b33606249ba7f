// SPDX-License-Identifier: Apache-2.0
#include "pack/zip.hpp"

#include "pack/zip_records.hpp"

namespace larmor::pack {

std::string ZipForm::tag() const {
    return "zip" + std::to_string(zip_writer_version);
}

std::uint64_t ZipForm::member_length(const Entry& entry) const {
    return local_header_length(entry) + entry.size;
}

Piece ZipForm::member_piece(const Entry& entry, std::uint64_t at) const {
    const std::uint64_t header = local_header_length(entry);
    if (at >= header) {
        return {.begin = header, .end = header + entry.size, .kind = Piece::Kind::content};
    }
    Piece piece{.begin = 0, .end = header};
    append_local_header(piece.bytes, entry);
    return piece;
}

std::uint64_t ZipForm::record_length(const Entry& entry, std::uint64_t offset) const {
    return central_header_length(entry, offset);
}

void ZipForm::append_record(std::string& bytes, const Entry& entry, std::uint64_t offset) const {
    append_central_header(bytes, entry, offset);
}

std::string ZipForm::end(const Totals& totals) const {
    return format_end(
        {.entries = totals.entries, .offset = totals.members_end, .length = totals.records_length}
    );
}

}  // namespace larmor::pack
