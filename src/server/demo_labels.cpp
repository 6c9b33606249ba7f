// SPDX-License-Identifier: Apache-2.0
#include "server/demo_labels.hpp"

#include "dicom/phantom_slices.hpp"
#include "server/analyze_pair.hpp"

namespace larmor::server {

DemoLabels make_demo_labels() {
    const dicom::PhantomSlices cut;
    LabelVolume volume{
        .columns = cut.matrix,
        .rows = cut.matrix,
        .slices = cut.slices,
        .column_mm = cut.pixel_mm(),
        .row_mm = cut.pixel_mm(),
        .slice_mm = cut.slice_step_mm(),
        .voxels = {},
        .description = "Tissues of the Shepp-Logan phantom",
    };
    for (int slice = 0; slice < cut.slices; ++slice) {
        const auto tissues = dicom::tissue_slice(cut, slice);
        // DICOM's rows go to the patient's back, Analyze's to the front.
        for (auto row = tissues.end(); row != tissues.begin(); row -= cut.matrix) {
            volume.voxels.insert(volume.voxels.end(), row - cut.matrix, row);
        }
    }
    return {
        .header = make_analyze_header(volume),
        .image = std::string(volume.voxels.begin(), volume.voxels.end()),
    };
}

}  // namespace larmor::server
