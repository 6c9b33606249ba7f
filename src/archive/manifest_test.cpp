// SPDX-License-Identifier: Apache-2.0
#include "archive/manifest.hpp"

#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using testing::StartsWith;

/// One line a member: `name size md5 uri`.
class Lines final : public ManifestStyle {
public:
    explicit Lines(std::string addresses = "") : addresses_(std::move(addresses)) {}
    std::string tag() const override { return "lines1"; }
    std::string begin(const ManifestSummary& summary) const override {
        return summary.name + ' ' + std::to_string(summary.files) + ' ' +
               std::to_string(summary.bytes) + ' ' + summary.hash + '\n';
    }
    std::string member(const ManifestMember& member) const override {
        return (member.is_first ? "" : ",") + member.name + ' ' +
               std::to_string(member.digest.size) + ' ' + digest_to_hex(member.digest.md5) +
               (addresses_.empty() ? "" : ' ' + addresses_ + member.uri) + '\n';
    }
    std::string end() const override { return "end\n"; }
    std::string addresses() const override { return addresses_; }

private:
    std::string addresses_;
};

class ManifestTest : public ArchiveTest {
protected:
    void SetUp() override { make_session("TEST/1/MR1"); }
    std::shared_ptr<const stream::Source> manifest(
        const std::string& path = "", const std::string& addresses = ""
    ) {
        ArchiveRequest request;
        request.selector = at("TEST/1/MR1", "R");
        request.path = path;
        auto plan = downloads_.find_plan(who_.visibility, request);
        return plan ? write_manifest(plan, std::make_unique<Lines>(addresses)) : nullptr;
    }
    /// The base of the URIs of R's files.
    std::string uri() {
        const auto selection =
            read_selection(catalog_, who_.visibility, at("TEST/1/MR1", "R"), Depth::own_level);
        return "/data/experiments/XNAT_E00001/resources/" +
               std::to_string(selection.resources[0].resource.key) + "/files/";
    }
};

constexpr const char* md5_of_a = "0cc175b9c0f1b6a831c399e269772661";
constexpr const char* md5_of_nothing = "d41d8cd98f00b204e9800998ecf8427e";

}  // namespace

TEST_F(ManifestTest, TellsWhatTheArchiveHoldsInItsOrder) {
    upload(at("TEST/1/MR1", "R"), "b", "");
    upload(at("TEST/1/MR1", "R"), "a", "a");
    const auto etag = zip(at("TEST/1/MR1", "R"))->source->etag();
    const auto hash = etag.substr(1, 32);
    EXPECT_EQ(
        bytes_of(*manifest()),
        "MR1 2 1 " + hash + "\nMR1/resources/R/files/a 1 " + md5_of_a +
            "\n,MR1/resources/R/files/b 0 " + md5_of_nothing + "\nend\n"
    );
    EXPECT_EQ(manifest()->etag(), '"' + hash + "-lines1\"");
}

TEST_F(ManifestTest, IsTheSameInPiecesAsInOne) {
    for (int i = 0; i < 150; ++i)
        upload(at("TEST/1/MR1", "R"), "file " + std::to_string(i), std::to_string(i));
    const auto text = manifest();
    const auto whole = bytes_of(*text);
    ASSERT_EQ(text->length(), whole.size());
    std::string pieces;
    for (std::uint64_t from = 0; from < whole.size(); from += 97) {
        const auto to = std::min<std::uint64_t>(from + 97, whole.size());
        const auto walk = text->segments(from, to);
        while (auto segment = walk->next())
            pieces += std::get<std::string>(*segment);
    }
    EXPECT_EQ(pieces, whole);
}

TEST_F(ManifestTest, HasAnotherEtagForOtherAddresses) {
    upload(at("TEST/1/MR1", "R"), "sub/a?b", "a");
    const auto here = manifest("", "http://here");
    const auto there = manifest("", "http://there");
    EXPECT_THAT(here->etag(), StartsWith(manifest()->etag().substr(0, 40) + '.'));
    EXPECT_NE(here->etag(), there->etag());
    EXPECT_EQ(here->etag(), manifest("", "http://here")->etag());
    EXPECT_THAT(bytes_of(*here), testing::HasSubstr(" http://here" + uri() + "sub/a%3Fb\n"));
}

TEST_F(ManifestTest, OfOneFileHasItsBareNameAndItsAddress) {
    upload(at("TEST/1/MR1", "R"), "sub/a", "a");
    const auto text = bytes_of(*manifest("sub/a", "x:"));
    EXPECT_THAT(text, testing::HasSubstr("\na 1 " + std::string(md5_of_a)));
    EXPECT_THAT(text, testing::HasSubstr(" x:" + uri() + "sub/a\n"));
}

TEST_F(ManifestTest, OfNothingIsNotMade) {
    upload(at("TEST/1/MR1", "R"), "a", "a");
    EXPECT_EQ(manifest("b"), nullptr);
}

}  // namespace larmor::archive
