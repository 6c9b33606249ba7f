// SPDX-License-Identifier: Apache-2.0
#include "server/analyze_pair.hpp"

#include <algorithm>
#include <bit>

namespace larmor::server {
namespace {

/// The fields of `dbh.h` by their offsets.
class Header {
public:
    void set_int(std::size_t offset, std::int32_t value) {
        set_bits(offset, static_cast<std::uint32_t>(value), 4);
    }
    void set_short(std::size_t offset, int value) {
        set_bits(offset, static_cast<std::uint32_t>(value), 2);
    }
    void set_float(std::size_t offset, double value) {
        set_bits(offset, std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
    }
    void set_text(std::size_t offset, const std::string& text, std::size_t length_max) {
        const auto length = std::min(text.size(), length_max - 1);
        bytes_.replace(offset, length, text, 0, length);
    }
    const std::string& bytes() const { return bytes_; }

private:
    void set_bits(std::size_t offset, std::uint32_t bits, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i) {
            bytes_.at(offset + i) = static_cast<char>(bits >> (8 * i) & 0xFF);
        }
    }
    std::string bytes_ = std::string(348, '\0');
};

}  // namespace

std::string make_analyze_header(const LabelVolume& volume) {
    constexpr int unsigned_char = 2;
    Header header;
    header.set_int(0, 348);     // sizeof_hdr
    header.set_int(32, 16384);  // extents
    header.set_text(38, "r", 2);
    const int dimensions[] = {4, volume.columns, volume.rows, volume.slices, 1};
    const double spacings[] = {0, volume.column_mm, volume.row_mm, volume.slice_mm};
    for (std::size_t i = 0; i < std::size(dimensions); ++i) {
        header.set_short(40 + 2 * i, dimensions[i]);
    }
    header.set_text(56, "mm", 4);
    header.set_short(70, unsigned_char);  // datatype
    header.set_short(72, 8);              // bits a voxel
    for (std::size_t i = 0; i < std::size(spacings); ++i)
        header.set_float(76 + 4 * i, spacings[i]);
    const auto brightest = std::max_element(volume.voxels.begin(), volume.voxels.end());
    header.set_int(140, brightest == volume.voxels.end() ? 0 : *brightest);  // glmax
    header.set_text(148, volume.description, 80);
    return header.bytes();
}

}  // namespace larmor::server
