// SPDX-License-Identifier: Apache-2.0
#include "dicom/mr_image.hpp"

#include <string_view>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "dicom/spin_echo.hpp"

namespace larmor::dicom {
namespace {

constexpr auto study_date = "20260105";
constexpr double field_tesla = 3;
constexpr double proton_mhz_per_tesla = 42.577;

/// Sets attributes; DCMTK's conditions become errors.
class Attributes {
public:
    explicit Attributes(DcmDataset& dataset) : dataset_(dataset) {}

    void set(const DcmTagKey& key, const std::string& text) {
        check(key, dataset_.putAndInsertString(key, text.c_str()));
    }
    void set(const DcmTagKey& key, const char* text) { set(key, std::string(text)); }
    void set(const DcmTagKey& key, double number) { set(key, fmt::format("{:.8g}", number)); }
    void set(const DcmTagKey& key, int number) { set(key, std::to_string(number)); }
    void set_empty(const DcmTagKey& key) { check(key, dataset_.insertEmptyElement(key)); }
    void set_word(const DcmTagKey& key, int number) {
        check(key, dataset_.putAndInsertUint16(key, static_cast<Uint16>(number)));
    }
    void set_words(const DcmTagKey& key, const std::vector<std::uint16_t>& words) {
        check(key, dataset_.putAndInsertUint16Array(key, words.data(), words.size()));
    }

private:
    static void check(const DcmTagKey& key, const OFCondition& condition) {
        if (condition.good()) return;
        throw Error(
            ErrorKind::unprocessable,
            fmt::format("cannot set the DICOM attribute {}: {}", key.toString(), condition.text())
        );
    }
    DcmDataset& dataset_;
};

std::string series_time(const MrImage& image) {
    return fmt::format("10{:02}00", image.scan.series_number * 5 % 60);
}

void describe_patient_and_study(Attributes& attributes, const MrImage& image) {
    attributes.set(DCM_PatientName, "Phantom^Shepp-Logan");
    attributes.set(DCM_PatientID, "PHANTOM");
    attributes.set_empty(DCM_PatientBirthDate);
    attributes.set(DCM_PatientSex, "O");
    attributes.set(DCM_StudyInstanceUID, image.study_uid);
    attributes.set(DCM_StudyDate, study_date);
    attributes.set(DCM_StudyTime, "100000");
    attributes.set(DCM_StudyDescription, "Shepp-Logan phantom");
    attributes.set(DCM_StudyID, "1");
    attributes.set_empty(DCM_AccessionNumber);
    attributes.set_empty(DCM_ReferringPhysicianName);
}

void describe_series(Attributes& attributes, const MrImage& image) {
    attributes.set(DCM_Modality, "MR");
    attributes.set(DCM_SeriesInstanceUID, image.series_uid);
    attributes.set(DCM_SeriesNumber, image.scan.series_number);
    attributes.set(DCM_SeriesDescription, image.scan.series_description);
    attributes.set(DCM_ProtocolName, image.scan.series_description);
    attributes.set(DCM_SeriesDate, study_date);
    attributes.set(DCM_SeriesTime, series_time(image));
    attributes.set(DCM_BodyPartExamined, "HEAD");
    attributes.set(DCM_PatientPosition, "HFS");
    attributes.set(DCM_FrameOfReferenceUID, image.frame_of_reference_uid);
    attributes.set_empty(DCM_PositionReferenceIndicator);
    attributes.set(DCM_Manufacturer, "Larmor");
    attributes.set(DCM_ManufacturerModelName, "Phantom");
}

void describe_acquisition(Attributes& attributes, const MrImage& image) {
    const auto sequence = spin_echo_of(image.scan.weighting);
    attributes.set(DCM_ScanningSequence, "SE");
    attributes.set(DCM_SequenceVariant, "NONE");
    attributes.set_empty(DCM_ScanOptions);
    attributes.set(DCM_MRAcquisitionType, "2D");
    attributes.set(DCM_RepetitionTime, sequence.repetition_ms);
    attributes.set(DCM_EchoTime, sequence.echo_ms);
    attributes.set(DCM_EchoTrainLength, 1);
    attributes.set(DCM_EchoNumbers, 1);
    attributes.set(DCM_FlipAngle, 90);
    attributes.set(DCM_NumberOfAverages, 1);
    attributes.set(DCM_MagneticFieldStrength, field_tesla);
    attributes.set(DCM_ImagingFrequency, field_tesla * proton_mhz_per_tesla);
    attributes.set(DCM_ImagedNucleus, "1H");
    attributes.set(DCM_AcquisitionNumber, 1);
    attributes.set(DCM_AcquisitionDate, study_date);
    attributes.set(DCM_AcquisitionTime, series_time(image));
    attributes.set(DCM_ContentDate, study_date);
    attributes.set(DCM_ContentTime, series_time(image));
}

/// In the patient's coordinates: x to the left, y to the back, z to the head. The position is
/// that of the first pixel's centre, at the patient's front right.
void describe_plane(Attributes& attributes, const MrImage& image) {
    const auto& cut = image.cut;
    const double corner = -(cut.matrix - 1) / 2.0 * cut.pixel_mm();
    const double height = cut.slice_height_mm(image.slice);
    attributes.set(
        DCM_ImagePositionPatient, fmt::format("{0:.8g}\\{0:.8g}\\{1:.8g}", corner, height)
    );
    attributes.set(DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
    attributes.set(DCM_PixelSpacing, fmt::format("{0:.8g}\\{0:.8g}", cut.pixel_mm()));
    attributes.set(DCM_SliceThickness, cut.slice_thickness_mm());
    attributes.set(DCM_SpacingBetweenSlices, cut.slice_step_mm());
    attributes.set(DCM_SliceLocation, height);
}

void describe_pixels(Attributes& attributes, const MrImage& image) {
    attributes.set_word(DCM_SamplesPerPixel, 1);
    attributes.set(DCM_PhotometricInterpretation, "MONOCHROME2");
    attributes.set_word(DCM_Rows, image.cut.matrix);
    attributes.set_word(DCM_Columns, image.cut.matrix);
    attributes.set_word(DCM_BitsAllocated, 16);
    attributes.set_word(DCM_BitsStored, 12);
    attributes.set_word(DCM_HighBit, 11);
    attributes.set_word(DCM_PixelRepresentation, 0);
    const int brightest = brightest_pixel(image.scan.weighting);
    attributes.set(DCM_WindowCenter, brightest / 2);
    attributes.set(DCM_WindowWidth, brightest);
    attributes.set_words(DCM_PixelData, image.pixels);
}

}  // namespace

std::unique_ptr<DcmFileFormat> make_mr_image(const MrImage& image) {
    auto file = std::make_unique<DcmFileFormat>();
    Attributes attributes(*file->getDataset());
    attributes.set(DCM_SOPClassUID, UID_MRImageStorage);
    attributes.set(DCM_SOPInstanceUID, make_uid());
    attributes.set(DCM_ImageType, "ORIGINAL\\PRIMARY\\M\\SE");
    attributes.set(DCM_InstanceNumber, image.slice + 1);
    describe_patient_and_study(attributes, image);
    describe_series(attributes, image);
    describe_acquisition(attributes, image);
    describe_plane(attributes, image);
    describe_pixels(attributes, image);
    return file;
}

std::string to_bytes(DcmFileFormat& file) {
    constexpr auto syntax = EXS_LittleEndianExplicit;
    constexpr std::size_t meta_information_max = 4096;
    const std::size_t length = file.calcElementLength(syntax, EET_ExplicitLength);
    std::string buffer(length + meta_information_max, '\0');
    DcmOutputBufferStream output(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    file.transferInit();
    const auto condition = file.write(output, syntax, EET_ExplicitLength, nullptr);
    file.transferEnd();
    if (condition.bad()) {
        throw Error(
            ErrorKind::unprocessable,
            fmt::format("cannot write a DICOM object: {}", condition.text())
        );
    }
    void* begin = nullptr;
    offile_off_t written = 0;
    output.flushBuffer(begin, written);
    buffer.resize(static_cast<std::size_t>(written));
    return buffer;
}

}  // namespace larmor::dicom
