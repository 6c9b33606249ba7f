// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "archive/sweep.hpp"
#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class UploadTest : public ArchiveTest {
protected:
    void SetUp() override { make_session("P/S/E"); }
    Selector resource_ = at("P/S/E", "R");

    std::unique_ptr<Upload> begin(const Selector& selector) {
        UploadRequest request;
        request.selector = selector;
        return std::make_unique<Upload>(catalog_, *store_, who_, request);
    }
    std::size_t problems() {
        return check_archive(catalog_, *store_, Thoroughness::hashes, [](const auto&) {}).problems;
    }
};

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

}  // namespace

TEST_F(UploadTest, IsInvisibleUntilItIsCommitted) {
    const auto upload = begin(resource_);
    upload->begin_file("a/b.dcm");
    upload->push(as_bytes("bytes"));
    upload->end_file();
    EXPECT_THAT(files(resource_), IsEmpty());
    EXPECT_THAT(upload->commit(), IsEmpty());
    EXPECT_THAT(files(resource_), ElementsAre("XNAT_E00001:R:a/b.dcm"));
}

TEST_F(UploadTest, ThatIsGivenUpLeavesNothing) {
    {
        const auto upload = begin(resource_);
        upload->begin_file("a");
        upload->push(as_bytes("bytes"));
        upload->end_file();
        upload->begin_file("b");
        upload->push(as_bytes("half"));
    }
    EXPECT_THAT(files(resource_), IsEmpty());
    EXPECT_THAT(objects(), IsEmpty());
    EXPECT_EQ(problems(), 0U);
}

TEST_F(UploadTest, KeepsWhatIsThereUnlessToldToReplace) {
    EXPECT_THAT(upload(resource_, "a", "old"), IsEmpty());
    EXPECT_THAT(upload(resource_, "a", "new"), ElementsAre("a"));
    const auto read = [&] {
        return bytes_of(*downloads_.find_file(who_.visibility, resource_, "a")->source);
    };
    EXPECT_EQ(read(), "old");
    EXPECT_THAT(objects(), SizeIs(1));
    EXPECT_THAT(upload(resource_, "a", "new", catalog::Existing::replace), IsEmpty());
    EXPECT_EQ(read(), "new");
}

TEST_F(UploadTest, StoresEqualFilesOnce) {
    upload(resource_, "a", "same");
    upload(resource_, "b", "same");
    upload(at("P/S/E", "OTHER"), "c", "same");
    EXPECT_THAT(objects(), SizeIs(1));
    EXPECT_EQ(problems(), 0U);
}

TEST_F(UploadTest, OfContentWhoseObjectWasLostKeepsItsOwn) {
    upload(resource_, "a", "same");
    std::filesystem::remove(objects().front());
    upload(resource_, "b", "same");
    EXPECT_EQ(problems(), 0U);
    for (const auto* path : {"a", "b"}) {
        const auto found = downloads_.find_file(who_.visibility, resource_, path);
        EXPECT_EQ(bytes_of(*found->source), "same");
    }
}

TEST_F(UploadTest, OfTheSameBytesMendsAFileThatIsKept) {
    upload(resource_, "a", "same");
    std::filesystem::remove(objects().front());
    EXPECT_THAT(upload(resource_, "a", "other"), ElementsAre("a"));
    EXPECT_THAT(objects(), IsEmpty());
    EXPECT_THAT(upload(resource_, "a", "same"), ElementsAre("a"));
    EXPECT_THAT(objects(), SizeIs(1));
    EXPECT_EQ(problems(), 0U);
}

TEST_F(UploadTest, ThatFailsHalfwayThroughItsFilesLeavesNoObject) {
    upload(resource_, "taken", "x");
    {
        const auto both = begin(resource_);
        for (const auto* path : {"good", "taken/below"}) {
            both->begin_file(path);
            both->push(as_bytes(path));
            both->end_file();
        }
        EXPECT_EQ(kind_of([&] { both->commit(); }), ErrorKind::conflict);
    }
    EXPECT_THAT(files(resource_), SizeIs(1));
    EXPECT_THAT(objects(), SizeIs(1));
}

TEST_F(UploadTest, IsRefusedBeforeTheBodyWhenItCannotBe) {
    EXPECT_EQ(kind_of([&] { begin(at("P/S/NOPE", "R")); }), ErrorKind::not_found);
    EXPECT_EQ(kind_of([&] { begin(at("P/S/E/scans/ALL", "R")); }), ErrorKind::not_found);
    EXPECT_EQ(kind_of([&] { begin(at("P/S/E", "999")); }), ErrorKind::not_found);
    EXPECT_EQ(kind_of([&] { begin(at("P/S/E", "..")); }), ErrorKind::invalid_argument);
    const auto upload = begin(resource_);
    for (const auto* path : {"", "../x", "/x", "a//b", "a/./b"}) {
        EXPECT_EQ(kind_of([&] { upload->begin_file(path); }), ErrorKind::invalid_argument) << path;
    }
}

TEST_F(UploadTest, NeedsTheRightToEdit) {
    const auto project = read_scope(catalog_, who_.visibility, at("P")).project->key;
    who_.visibility = model::Visibility::of_projects({{project, {.read = true}}});
    EXPECT_EQ(kind_of([&] { begin(resource_); }), ErrorKind::forbidden);
    EXPECT_EQ(
        kind_of([&] { create_resource(catalog_, who_, resource_, {}); }), ErrorKind::forbidden
    );
    EXPECT_EQ(kind_of([&] { remove_item(catalog_, who_, at("P/S/E")); }), ErrorKind::forbidden);
    EXPECT_EQ(
        kind_of([&] { put_scan(catalog_, who_, at("P/S/E/scans/1"), type("xnat:mrScanData")); }),
        ErrorKind::forbidden
    );
}

TEST_F(UploadTest, WithoutAResourceGoesToTheFirstOrAnUnlabelledOne) {
    upload(at("P/S/E"), "a", "x");
    upload(at("P/S/E"), "b", "y");
    EXPECT_THAT(files(at("P/S/E", "NULL")), SizeIs(2));
}

TEST_F(UploadTest, NotesRawOnTheFirstResourceOfAScan) {
    make_scan("P/S/E/scans/1", "T1");
    upload(at("P/S/E/scans/1", "DICOM"), "a", "x");
    upload(at("P/S/E/scans/1", "NIFTI"), "b", "y");
    const auto resources =
        read_selection(catalog_, who_.visibility, at("P/S/E/scans/1"), Depth::own_level).resources;
    ASSERT_THAT(resources, SizeIs(2));
    EXPECT_EQ(resources[0].resource.content, "RAW");
    EXPECT_EQ(resources[1].resource.content, "");
}

TEST_F(UploadTest, ContentIsSweptOnlyAfterItsGracePeriod) {
    upload(resource_, "a", "gone");
    upload(resource_, "b", "stays");
    remove_files(catalog_, who_, resource_, "a");
    EXPECT_EQ(sweep(catalog_, *store_, now_millis() + grace_period / 2).blobs, 0U);
    EXPECT_THAT(objects(), SizeIs(2));
    const auto swept = sweep(catalog_, *store_, now_millis() + 2 * grace_period);
    EXPECT_EQ(swept.blobs, 1U);
    EXPECT_EQ(swept.orphans, 0U);
    EXPECT_THAT(objects(), SizeIs(1));
    EXPECT_EQ(problems(), 0U);
}

TEST_F(UploadTest, SurplusObjectsOfACrashAreSweptAsOrphans) {
    upload(resource_, "a", "in the catalog");
    const auto object = store_->create();
    object->push(as_bytes("never in the catalog"));
    object->finish();
    EXPECT_EQ(sweep(catalog_, *store_, now_millis()).orphans, 0U);
    EXPECT_EQ(sweep(catalog_, *store_, now_millis() + 2 * grace_period).orphans, 1U);
    EXPECT_THAT(objects(), SizeIs(1));
}

TEST_F(UploadTest, AFlippedByteIsFoundByTheCheckOfHashes) {
    upload(resource_, "a", "bytes");
    { std::ofstream(objects().front()) << "bytez"; }
    EXPECT_EQ(
        check_archive(catalog_, *store_, Thoroughness::sizes, [](const auto&) {}).problems, 0U
    );
    EXPECT_EQ(problems(), 1U);
}

TEST_F(UploadTest, RemovalStopsAtFolders) {
    for (const auto* path : {"1", "10", "sub/a", "sub/b", "sub2/c"})
        upload(resource_, path, path);
    EXPECT_EQ(remove_files(catalog_, who_, resource_, "1"), 1U);
    EXPECT_EQ(remove_files(catalog_, who_, resource_, "sub"), 2U);
    EXPECT_EQ(remove_files(catalog_, who_, resource_, "nothing"), 0U);
    EXPECT_THAT(files(resource_), SizeIs(2));
    EXPECT_EQ(remove_files(catalog_, who_, resource_, "sub*"), 1U);
    for (const auto* all : {"", "*"}) {
        EXPECT_EQ(
            kind_of([&] { remove_files(catalog_, who_, resource_, all); }),
            ErrorKind::invalid_argument
        );
    }
    EXPECT_THAT(files(resource_), ElementsAre("XNAT_E00001:R:10"));
}

}  // namespace larmor::archive
