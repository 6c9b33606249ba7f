// SPDX-License-Identifier: Apache-2.0
#include "archive/inside_zip.hpp"

#include <gtest/gtest.h>

#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

class InsideZip : public ArchiveTest {
protected:
    void SetUp() override {
        make_session("P/S/E");
        upload(at("P/S/E", "SRC"), "a/b.txt", "inside");
        upload(at("P/S/E", "SRC"), "c.txt", "beside");
        const auto made = zip(at("P/S/E", "SRC"));
        upload(at("P/S/E", "R"), "x.zip", bytes_of(*made->source));
    }
    std::optional<MemberDownload> find(const std::string& path) {
        return find_member(downloads_, who_.visibility, at("P/S/E", "R"), path, Depth::own_level);
    }
    static constexpr const char* member = "E/resources/SRC/files/a/b.txt";
};

}  // namespace

TEST(SplitAtZips, ReadsThreeFormsAndNoOthers) {
    const auto read = [](const std::string& path) {
        std::string ways;
        for (const auto& [zip, member] : split_at_zips(path))
            ways += "[" + zip + " " + member + "]";
        return ways;
    };
    EXPECT_EQ(read("x.zip!/a/b"), "[x.zip a/b]");
    EXPECT_EQ(read("x.zip!a/b"), "[x.zip a/b]");
    EXPECT_EQ(read("x.zip/a/b"), "[x.zip a/b]");
    EXPECT_EQ(read("sub/X.ZIP!a"), "[sub/X.ZIP a]");
    EXPECT_EQ(read("a.jar/b.mrb/c"), "[a.jar b.mrb/c][a.jar/b.mrb c]");
    EXPECT_EQ(read("x.zip!!a"), "[x.zip !a]");
    for (const auto* none :
         {"", "x.zip", "x.zip!", "x.zip/", "x.zip!/", "x.tar!/a", "zip/a", "a/b"}) {
        EXPECT_EQ(read(none), "") << none;
    }
}

TEST_F(InsideZip, FindsAMemberInEveryForm) {
    for (const std::string separator : {"!/", "!", "/"}) {
        const auto found = find("x.zip" + separator + member);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->name, "b.txt");
        EXPECT_EQ(bytes_of(*found->source), "inside");
    }
    EXPECT_FALSE(find("x.zip!/nosuch"));
    EXPECT_FALSE(find("y.zip!/" + std::string(member)));
    EXPECT_FALSE(find("x.zip!/E/"));
}

TEST_F(InsideZip, HasAnETagOfContentAndName) {
    const auto etag = find("x.zip!" + std::string(member))->source->etag();
    EXPECT_NE(find("x.zip!E/resources/SRC/files/c.txt")->source->etag(), etag);
    const auto zip = downloads_.find_file(who_.visibility, at("P/S/E", "R"), "x.zip");
    upload(at("P/S/E", "R"), "copy.zip", bytes_of(*zip->source));
    EXPECT_EQ(find("copy.zip!" + std::string(member))->source->etag(), etag);
}

TEST_F(InsideZip, NamesTheZipThatIsNone) {
    upload(at("P/S/E", "R"), "no.zip", "this is not a zip, although it is called one");
    try {
        find("no.zip!/a");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
        EXPECT_NE(std::string(error.what()).find("no.zip"), std::string::npos);
    }
}

}  // namespace larmor::archive
