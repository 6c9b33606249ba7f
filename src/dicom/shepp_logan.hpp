// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The three-dimensional Shepp-Logan head with tissues instead of grey levels, as published by
// H. M. Gach, C. Tanase and F. Boada, "2D & 3D Shepp-Logan Phantom Standards for MRI", 2008
// (doi:10.1109/ICSEng.2008.15). Pure geometry: knows no DICOM and no pixels.
namespace larmor::dicom {

enum class Tissue : std::uint8_t { air, scalp, bone, fluid, grey_matter, white_matter, lesion };
inline constexpr int tissue_count = 7;

/// In units of the phantom, -1 to 1: x to the patient's left, y to the front, z to the top.
struct PhantomPoint {
    double x = 0;
    double y = 0;
    double z = 0;
};

Tissue tissue_at(const PhantomPoint& point);

}  // namespace larmor::dicom
