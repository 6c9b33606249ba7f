// SPDX-License-Identifier: Apache-2.0
#include "dicom/phantom.hpp"

#include <cstdlib>
#include <iostream>
#include <set>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::dicom {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

PhantomScan small_scan() {
    return {
        .series_number = 3,
        .weighting = Weighting::t2,
        .series_description = "T2",
        .slices = 4,
        .matrix = 32,
    };
}

PhantomSeries make_small_series(const std::string& study_uid = make_uid()) {
    return make_phantom_series(small_scan(), study_uid);
}

/// What DCMTK reads from the bytes of one of our files.
class ReadFile {
public:
    explicit ReadFile(const NamedFile& file) {
        DcmInputBufferStream input;
        input.setBuffer(file.bytes.data(), static_cast<offile_off_t>(file.bytes.size()));
        input.setEos();
        file_.transferInit();
        EXPECT_TRUE(file_.read(input).good()) << file.name;
        file_.transferEnd();
    }
    std::string text(const DcmTagKey& key) {
        OFString value;
        EXPECT_TRUE(file_.getDataset()->findAndGetOFStringArray(key, value).good())
            << key.toString();
        return value.c_str();
    }
    DcmFileFormat& file() { return file_; }

private:
    DcmFileFormat file_;
};

TEST(PhantomSeries, IsOneExplicitLittleEndianMrImageASlice) {
    const auto series = make_small_series();
    ASSERT_EQ(series.dicom.size(), 4U);
    EXPECT_EQ(series.dicom[0].name, "1.dcm");
    EXPECT_EQ(series.dicom[3].name, "4.dcm");
    for (const auto& named : series.dicom) {
        ReadFile read(named);
        EXPECT_EQ(read.file().getDataset()->getOriginalXfer(), EXS_LittleEndianExplicit);
        EXPECT_EQ(read.text(DCM_SOPClassUID), UID_MRImageStorage);
        EXPECT_EQ(read.text(DCM_PatientName), "Phantom^Shepp-Logan");
        EXPECT_EQ(read.text(DCM_PatientID), "PHANTOM");
        EXPECT_EQ(read.text(DCM_SeriesNumber), "3");
        EXPECT_EQ(read.text(DCM_RepetitionTime), "4000");
        EXPECT_EQ(read.text(DCM_EchoTime), "100");
    }
}

TEST(PhantomSeries, EndsWithItsPixels) {
    const auto series = make_small_series();
    ReadFile read(series.dicom[0]);
    const Uint16* pixels = nullptr;
    unsigned long count = 0;
    const auto found =
        read.file().getDataset()->findAndGetUint16Array(DCM_PixelData, pixels, &count);
    ASSERT_TRUE(found.good());
    EXPECT_EQ(count, 32UL * 32UL);
}

TEST(PhantomSeries, SharesTheStudyAndFrameButNoOtherUid) {
    const auto study_uid = make_uid();
    std::set<std::string> instances;
    std::set<std::string> series_uids;
    std::set<std::string> frames;
    for (int i = 0; i < 2; ++i) {
        for (const auto& named : make_small_series(study_uid).dicom) {
            ReadFile read(named);
            EXPECT_EQ(read.text(DCM_StudyInstanceUID), study_uid);
            instances.insert(read.text(DCM_SOPInstanceUID));
            series_uids.insert(read.text(DCM_SeriesInstanceUID));
            frames.insert(read.text(DCM_FrameOfReferenceUID));
        }
    }
    EXPECT_EQ(instances.size(), 8U);
    EXPECT_EQ(series_uids.size(), 2U);
    EXPECT_EQ(frames.size(), 1U);
}

TEST(PhantomSeries, StacksItsSlicesUpwards) {
    const auto series = make_small_series();
    EXPECT_EQ(ReadFile(series.dicom[0]).text(DCM_ImagePositionPatient), "-116.25\\-116.25\\-73");
    EXPECT_EQ(ReadFile(series.dicom[1]).text(DCM_ImagePositionPatient), "-116.25\\-116.25\\-49");
    EXPECT_EQ(ReadFile(series.dicom[1]).text(DCM_SpacingBetweenSlices), "24");
    EXPECT_EQ(ReadFile(series.dicom[1]).text(DCM_PixelSpacing), "7.5\\7.5");
}

TEST(PhantomSeries, HasAJpegOfTheMiddleSlice) {
    const auto snapshot = make_small_series().snapshot;
    EXPECT_EQ(snapshot.name, "snap.jpg");
    EXPECT_THAT(snapshot.bytes, StartsWith("\xFF\xD8\xFF"));
    EXPECT_THAT(snapshot.bytes, testing::EndsWith("\xFF\xD9"));
}

TEST(PhantomSeries, HasTheSamePictureForTheSameArguments) {
    EXPECT_EQ(make_small_series().snapshot.bytes, make_small_series().snapshot.bytes);
}

TEST(PhantomSeries, RefusesImpossibleArguments) {
    const auto make = [](int slices, int matrix, const std::string& uid) {
        auto scan = small_scan();
        scan.slices = slices;
        scan.matrix = matrix;
        return [=] { make_phantom_series(scan, uid); };
    };
    EXPECT_THAT(make(0, 32, "1.2"), ThrowsMessage<Error>(HasSubstr("slices, not 0")));
    EXPECT_THAT(make(1, 0, "1.2"), ThrowsMessage<Error>(HasSubstr("rows, not 0")));
    EXPECT_THAT(make(1, 70000, "1.2"), ThrowsMessage<Error>(HasSubstr("rows, not 70000")));
    EXPECT_THAT(make(1, 32, ""), ThrowsMessage<Error>(HasSubstr("'' is no DICOM UID")));
    EXPECT_THAT(make(1, 32, "demo"), ThrowsMessage<Error>(HasSubstr("'demo' is no DICOM UID")));
}

TEST(PhantomSeriesDeathTest, SaysWhatToInstallWithoutADataDictionary) {
    // DCMTK loads its dictionary once in a process: a fresh one is needed.
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const auto make_without_dictionary = [] {
        ::setenv("DCMDICTPATH", "/nowhere/dicom.dic", 1);
        try {
            make_phantom_series(small_scan(), "1.2");
        } catch (const Error& error) {
            std::cerr << error.what();
            std::_Exit(7);
        }
        std::_Exit(0);
    };
    EXPECT_EXIT(
        make_without_dictionary(), testing::ExitedWithCode(7), "no data dictionary: install"
    );
}

TEST(MakeUid, IsAlwaysFresh) {
    std::set<std::string> uids;
    for (int i = 0; i < 1000; ++i)
        uids.insert(make_uid());
    EXPECT_EQ(uids.size(), 1000U);
}

}  // namespace
}  // namespace larmor::dicom
