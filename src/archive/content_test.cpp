// SPDX-License-Identifier: Apache-2.0
#include "archive/content.hpp"

#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using catalog::Place;
using testing::ElementsAre;

Sha256Digest sha256_of(std::string_view text) {
    Sha256 hash;
    hash.push(text);
    return hash.finish();
}

class Content : public ArchiveTest {
protected:
    std::optional<model::Blob> find(std::string_view text) {
        return find_content(catalog_, who_.visibility, sha256_of(text));
    }
    std::vector<std::string> addresses_of(const model::Blob& blob) {
        std::vector<std::string> told;
        const auto tell = [&](const std::string& address) { told.push_back(address); };
        const auto count = for_each_address(catalog_, who_.visibility, blob.key, tell);
        EXPECT_EQ(count, told.size());
        return told;
    }
};

TEST_F(Content, IsFoundWithEveryFileThatHasIt) {
    make_session("P/S/E");
    make_scan("P/S/E/scans/1", "T1");
    upload(at("P"), "x", "other");
    upload(at("P", "docs"), "a", "equal");
    upload(at("P/S", "docs"), "sub/b", "equal");
    upload(at("P/S/E/scans/1", "DICOM"), "c", "equal");
    const auto blob = find("equal").value();
    EXPECT_EQ(blob.digest.size, 5U);
    EXPECT_THAT(
        addresses_of(blob),
        ElementsAre(
            "/data/projects/P/resources/docs/files/a",
            "/data/projects/P/subjects/S/resources/docs/files/sub/b",
            "/data/projects/P/subjects/S/experiments/E/scans/1/resources/DICOM/files/c"
        )
    );
}

TEST_F(Content, IsNotFoundWhenItWasNeverStored) {
    make_session("P/S/E");
    upload(at("P", "docs"), "a", "one");
    EXPECT_FALSE(find("two"));
}

TEST_F(Content, OfMoreFilesThanOnePageIsToldWhole) {
    make_session("P/S/E");
    UploadRequest request;
    request.selector = at("P", "many");
    Upload many(catalog_, *store_, who_, request);
    constexpr std::size_t files = 201;
    for (std::size_t i = 0; i < files; ++i) {
        many.begin_file(std::to_string(i));
        many.end_file();
    }
    many.commit();
    EXPECT_EQ(addresses_of(find("").value()).size(), files);
}

TEST_F(Content, HasAddressesThatNameTheSameFile) {
    make_session("P/S/E");
    make_scan("P/S/E/scans/1", "T1");
    const std::string odd = "a b/50%#?;+ü.txt";
    upload(at("P/S/E/scans/1", "my files"), odd, "odd");
    EXPECT_THAT(
        addresses_of(find("odd").value()),
        ElementsAre("/data/projects/P/subjects/S/experiments/E/scans/1/resources/my%20files/files/"
                    "a%20b/50%25%23%3F%3B%2B%C3%BC.txt")
    );
}

TEST(AddressOf, NamesAssessorsAndReconstructionsWithTheirDirection) {
    Place place;
    place.owner = model::OwnerKind::experiment;
    place.project = "P";
    place.subject = "S";
    place.session = "E";
    place.assessor = "QC";
    place.direction = model::Direction::in;
    place.label = "R";
    const std::string session = "/data/projects/P/subjects/S/experiments/E";
    EXPECT_EQ(address_of(place, "f"), session + "/assessors/QC/in/resources/R/files/f");
    place.assessor.clear();
    place.owner = model::OwnerKind::reconstruction;
    place.item = "mean 1";
    place.direction = model::Direction::out;
    EXPECT_EQ(
        address_of(place, "f"), session + "/reconstructions/mean%201/out/resources/R/files/f"
    );
}

TEST(AddressOf, TakesTheNumberOfAResourceWithoutALabel) {
    Place place;
    place.owner = model::OwnerKind::experiment;
    place.resource = 17;
    place.project = "P";
    place.session = "E";
    EXPECT_EQ(address_of(place, "f"), "/data/projects/P/experiments/E/resources/17/files/f");
}

}  // namespace
}  // namespace larmor::archive
