// SPDX-License-Identifier: Apache-2.0
#include "dicom/phantom.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "dicom/mr_image.hpp"
#include "dicom/phantom_slices.hpp"
#include "dicom/toolkit.hpp"

namespace larmor::dicom {
namespace {

constexpr std::size_t uid_length_max = 64;

void require(bool condition, const std::string& message) {
    if (!condition) throw Error(ErrorKind::invalid_argument, message);
}

void check_arguments(const PhantomScan& scan, const std::string& study_uid) {
    constexpr int matrix_max = 1024;
    constexpr int slices_max = 1024;
    require(
        scan.matrix >= 1 && scan.matrix <= matrix_max,
        fmt::format("a phantom has 1 to {} rows, not {}", matrix_max, scan.matrix)
    );
    require(
        scan.slices >= 1 && scan.slices <= slices_max,
        fmt::format("a phantom has 1 to {} slices, not {}", slices_max, scan.slices)
    );
    require(scan.series_number >= 0, fmt::format("no series number can be {}", scan.series_number));
    const auto valid =
        DcmUniqueIdentifier::checkStringValue(OFString(study_uid.data(), study_uid.size()), "1");
    require(valid.good() && !study_uid.empty(), fmt::format("'{}' is no DICOM UID", study_uid));
}

/// One frame for all series of a study, so that a viewer may lay them over each other.
std::string frame_of_reference(const std::string& study_uid) {
    const auto derived = study_uid + ".1";
    return derived.size() <= uid_length_max ? derived : make_uid();
}

}  // namespace

PhantomSeries make_phantom_series(const PhantomScan& scan, const std::string& study_uid) {
    prepare_toolkit();
    check_arguments(scan, study_uid);
    MrImage image{
        .scan = scan,
        .study_uid = study_uid,
        .series_uid = make_uid(),
        .frame_of_reference_uid = frame_of_reference(study_uid),
        .cut = {.matrix = scan.matrix, .slices = scan.slices},
        .slice = 0,
        .pixels = {},
    };
    PhantomSeries series;
    for (image.slice = 0; image.slice < scan.slices; ++image.slice) {
        image.pixels = image_slice(image.cut, image.slice, scan.weighting);
        const auto file = make_mr_image(image);
        series.dicom.push_back({fmt::format("{}.dcm", image.slice + 1), to_bytes(*file)});
        if (image.slice == image.cut.middle()) series.snapshot = {"snap.jpg", to_jpeg(*file)};
    }
    return series;
}

}  // namespace larmor::dicom
