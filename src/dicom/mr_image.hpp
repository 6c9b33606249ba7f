// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dicom/phantom.hpp"
#include "dicom/phantom_slices.hpp"

class DcmFileFormat;

namespace larmor::dicom {

/// What one slice of a phantom series says of itself.
struct MrImage {
    PhantomScan scan;
    std::string study_uid;
    std::string series_uid;
    std::string frame_of_reference_uid;
    PhantomSlices cut;
    int slice = 0;
    std::vector<std::uint16_t> pixels;
};

/// An MR Image object with every attribute of type 1 and 2 and a fresh SOP Instance UID.
std::unique_ptr<DcmFileFormat> make_mr_image(const MrImage& image);

/// The bytes of its file: Explicit VR Little Endian with preamble and file meta information.
std::string to_bytes(DcmFileFormat& file);

/// The picture as its window shows it, as JPEG.
std::string to_jpeg(DcmFileFormat& file);

}  // namespace larmor::dicom
