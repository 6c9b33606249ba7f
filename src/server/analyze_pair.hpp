// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace larmor::server {

/// A volume of one byte a voxel: x to the patient's left fastest, then y to the front, then z up.
struct LabelVolume {
    int columns = 0;
    int rows = 0;
    int slices = 0;
    double column_mm = 1;
    double row_mm = 1;
    double slice_mm = 1;
    std::vector<std::uint8_t> voxels;
    std::string description;
};

/// The Analyze 7.5 header of the volume, little endian, 348 bytes; its image file is the voxels.
std::string make_analyze_header(const LabelVolume& volume);

}  // namespace larmor::server
