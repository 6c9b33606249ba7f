// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "dicom/phantom.hpp"

// The phantom cut into axial slices. Pixels only: knows no DICOM.
namespace larmor::dicom {

/// A field of view of 240 mm and a slab of 96 mm whose middle slice (`slices / 2`) shows the
/// ventricles and lesions. The phantom's unit is 100 mm: a head of 144 by 190 by 186 mm.
struct PhantomSlices {
    int matrix = 128;
    int slices = 16;

    double pixel_mm() const { return 240.0 / matrix; }
    double slice_step_mm() const { return 96.0 / slices; }
    double slice_thickness_mm() const { return slice_step_mm() * 5 / 6; }
    /// Height of a slice's centre plane in the phantom; a higher index is nearer the top.
    double slice_height_mm(int slice) const { return -25 + (slice - middle()) * slice_step_mm(); }
    int middle() const { return slices / 2; }
};

/// Row by row from the front left corner of the picture (the patient's right), 0 to 4095; edges
/// are averaged over nine points a pixel, as a scanner averages over a voxel.
std::vector<std::uint16_t> image_slice(const PhantomSlices& cut, int slice, Weighting weighting);

/// The tissue in the centre of each pixel, in the same order.
std::vector<std::uint8_t> tissue_slice(const PhantomSlices& cut, int slice);

/// The largest pixel value that any tissue has in this weighting.
std::uint16_t brightest_pixel(Weighting weighting);

}  // namespace larmor::dicom
