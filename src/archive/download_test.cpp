// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using testing::HasSubstr;
using testing::Not;

class DownloadTest : public ArchiveTest {
protected:
    void SetUp() override { make_guide(); }
    std::string zip_bytes(const std::string& item, Depth depth = Depth::own_level) {
        return bytes_of(*zip(at("TEST/1/MR1/" + item), depth)->source);
    }
    void break_object_of(const std::string& text, bool remove) {
        for (const auto& path : objects()) {
            std::ifstream in(path);
            std::string content((std::istreambuf_iterator<char>(in)), {});
            if (content != text) continue;
            if (remove)
                std::filesystem::remove(path);
            else
                std::filesystem::resize_file(path, 1);
        }
    }
};

}  // namespace

TEST_F(DownloadTest, NamesEntriesInXnatsDefaultLayout) {
    const auto scan = zip_bytes("scans/1");
    EXPECT_THAT(scan, HasSubstr("MR1/scans/1-T1/resources/DICOM/files/1.dcm"));
    EXPECT_THAT(scan, HasSubstr("MR1/scans/1-T1/resources/SNAPSHOTS/files/snap.jpg"));
    EXPECT_THAT(
        zip_bytes("assessors/ALL"), HasSubstr("ASSESS1/out/resources/TEST/files/something.img")
    );
    Selector session = at("TEST/1/MR1");
    const auto all = bytes_of(*zip(session, Depth::everything_below)->source);
    EXPECT_THAT(all, HasSubstr("MR1/scans/1/resources/DICOM/files/1.dcm"));
    EXPECT_THAT(all, HasSubstr("MR1/assessors/XNAT_E00002/out/resources/TEST/files/"));
}

TEST_F(DownloadTest, OfAScanWithAnOddTypeStaysInItsFolder) {
    make_scan("TEST/1/MR1/scans/5", "../T2* (axial)");
    upload(at("TEST/1/MR1/scans/5", "R"), "f", "x");
    EXPECT_THAT(zip_bytes("scans/5"), HasSubstr("MR1/scans/5-___T2___axial_/resources/R/files/f"));
}

TEST_F(DownloadTest, IsTheSameForTheSameFilesWheneverTheyCame) {
    const auto etag = zip(at("TEST/1/MR1/scans/T1"))->source->etag();
    upload(at("TEST/1/MR1/scans/1", "DICOM"), "0.dcm", "new");
    EXPECT_NE(zip(at("TEST/1/MR1/scans/T1"))->source->etag(), etag);
    remove_files(catalog_, who_, at("TEST/1/MR1/scans/1", "DICOM"), "0.dcm");
    remove_files(catalog_, who_, at("TEST/1/MR1/scans/1", "DICOM"), "1.dcm");
    upload(at("TEST/1/MR1/scans/1", "DICOM"), "1.dcm", "1.dcm1");
    EXPECT_EQ(zip(at("TEST/1/MR1/scans/T1"))->source->etag(), etag);
}

TEST_F(DownloadTest, AskedForAgainIsPlannedOnceUntilAFileOrANameChanges) {
    const auto scan = at("TEST/1/MR1/scans/1");
    const auto first = zip(scan)->source;
    EXPECT_EQ(zip(scan)->source, first);
    upload(at("TEST/1/MR1/scans/2", "DICOM"), "0.dcm", "of another scan");
    EXPECT_EQ(zip(scan)->source, first);
    make_scan("TEST/1/MR1/scans/1", "T1 renamed");
    const auto renamed = zip(scan)->source;
    EXPECT_NE(renamed, first);
    upload(at("TEST/1/MR1/scans/1", "DICOM"), "0.dcm", "new");
    EXPECT_NE(zip(scan)->source->etag(), renamed->etag());
}

TEST_F(DownloadTest, IsPlannedForEachUserByWhatThatOneMayRead) {
    ArchiveRequest request;
    request.selector = at("TEST/1/MR1/scans/1");
    EXPECT_TRUE(downloads_.find_archive(who_.visibility, request));
    const auto stranger = model::Visibility::of_projects({});
    EXPECT_EQ(kind_of([&] { downloads_.find_archive(stranger, request); }), ErrorKind::not_found);
    EXPECT_TRUE(downloads_.find_archive(who_.visibility, request));
}

TEST_F(DownloadTest, OfNothingIsAbsent) {
    EXPECT_FALSE(zip(at("TEST/1/MR1/scans/99")));
    EXPECT_FALSE(downloads_.find_file(who_.visibility, at("TEST/1/MR1/scans/1", "DICOM"), "9.dcm"));
}

TEST_F(DownloadTest, OfAMissingOrDamagedObjectIsRefusedBeforeItBegins) {
    break_object_of("1.dcm1", true);
    break_object_of("2.dcm2", false);
    try {
        zip(at("TEST/1/MR1/scans/T1"));
        FAIL() << "a zip of missing files was made";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::missing_content);
        EXPECT_THAT(error.what(), HasSubstr("MR1/scans/1-T1/resources/DICOM/files/1.dcm"));
        EXPECT_THAT(error.what(), HasSubstr("MR1/scans/2-T1/resources/DICOM/files/2.dcm"));
        EXPECT_THAT(error.what(), Not(HasSubstr("snap.jpg")));
    }
    EXPECT_TRUE(zip(at("TEST/1/MR1/scans/T2")));
    EXPECT_EQ(
        kind_of([&] {
            downloads_.find_file(who_.visibility, at("TEST/1/MR1/scans/1", "DICOM"), "1.dcm");
        }),
        ErrorKind::missing_content
    );
}

TEST_F(DownloadTest, ThatFindsAnObjectGoneWhileSendingMarksItForTheNextRequest) {
    const auto running = zip(at("TEST/1/MR1/scans/1"));
    break_object_of("1.dcm1", true);
    EXPECT_EQ(kind_of([&] { bytes_of(*running->source); }), ErrorKind::missing_content);
    EXPECT_EQ(kind_of([&] { zip(at("TEST/1/MR1/scans/1")); }), ErrorKind::missing_content);
}

TEST_F(DownloadTest, OfAnObjectThatIsBackGoesOn) {
    const auto path = objects().front();
    const auto away = folder_.path() / "away";
    std::filesystem::rename(path, away);
    EXPECT_EQ(kind_of([&] { zip(at("TEST/1/MR1/scans/ALL")); }), ErrorKind::missing_content);
    std::filesystem::rename(away, path);
    EXPECT_TRUE(zip(at("TEST/1/MR1/scans/ALL")));
}

TEST_F(DownloadTest, OfAFileUploadedAgainIsMended) {
    break_object_of("1.dcm1", true);
    EXPECT_EQ(kind_of([&] { zip(at("TEST/1/MR1/scans/1")); }), ErrorKind::missing_content);
    upload(at("TEST/1/MR1/scans/1", "DICOM"), "1.dcm", "1.dcm1", catalog::Existing::replace);
    EXPECT_THAT(zip_bytes("scans/1"), HasSubstr("1.dcm1"));
}

TEST_F(DownloadTest, OfOneFileHasItsBareName) {
    ArchiveRequest request;
    request.selector = at("TEST/1/MR1/scans/1", "DICOM");
    request.path = "1.dcm";
    const auto download = downloads_.find_archive(who_.visibility, request);
    EXPECT_EQ(download->name, "MR1.zip");
    EXPECT_THAT(bytes_of(*download->source), Not(HasSubstr("scans/")));
}

TEST_F(DownloadTest, ReadsAPlusAsABlankOnlyWhenThereIsNoPlus) {
    const auto resource = at("TEST/1/MR1", "R");
    upload(resource, "a b", "blank");
    const auto read = [&] {
        return bytes_of(*downloads_.find_file(who_.visibility, resource, "a+b")->source);
    };
    EXPECT_EQ(read(), "blank");
    upload(resource, "a+b", "plus");
    EXPECT_EQ(read(), "plus");
}

}  // namespace larmor::archive
