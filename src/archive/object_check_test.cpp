// SPDX-License-Identifier: Apache-2.0
#include "archive/object_check.hpp"

#include "archive/test_archive.hpp"
#include "catalog/blobs.hpp"

namespace larmor::archive {
namespace {

using model::BlobState;

class ObjectCheckTest : public ArchiveTest {
protected:
    ObjectCheckTest() {
        put_project(catalog_, who_, "P", {}, "");
        upload(at("P", "R"), "a", "content");
        object_ = objects().at(0);
        aside_ = folder_.path() / "aside";
    }
    model::Blob blob() {
        return catalog_.read([&](catalog::Snapshot& snapshot) {
            return catalog::list_blobs(who_.visibility, snapshot, 0, 1).at(0);
        });
    }
    BlobState look() {
        const auto one = blob();
        return ObjectCheck(catalog_, *store_).look(one.key, one.object_key, one.stored_length);
    }
    BlobState look_again() {
        const auto one = blob();
        return check_.look_again(one.key, one.object_key, one.stored_length);
    }

    ObjectCheck check_{catalog_, *store_};
    std::filesystem::path object_;
    std::filesystem::path aside_;
};

TEST_F(ObjectCheckTest, MarksWhatIsMissingAndWhatIsTooShort) {
    EXPECT_EQ(look(), BlobState::sound);
    std::filesystem::rename(object_, aside_);
    EXPECT_EQ(look(), BlobState::missing);
    EXPECT_EQ(blob().state, BlobState::missing);
    std::filesystem::rename(aside_, object_);
    std::filesystem::resize_file(object_, 3);
    EXPECT_EQ(look(), BlobState::damaged);
    EXPECT_EQ(blob().state, BlobState::damaged);
}

TEST_F(ObjectCheckTest, MarksAMissingObjectAsSoundWhenItIsThereAgain) {
    std::filesystem::rename(object_, aside_);
    look();
    EXPECT_EQ(look_again(), BlobState::missing);
    std::filesystem::rename(aside_, object_);
    EXPECT_EQ(look_again(), BlobState::sound);
    EXPECT_EQ(blob().state, BlobState::sound);
}

TEST_F(ObjectCheckTest, KeepsAnObjectMissingThatCameBackShorter) {
    std::filesystem::rename(object_, aside_);
    look();
    std::filesystem::rename(aside_, object_);
    std::filesystem::resize_file(object_, 3);
    EXPECT_EQ(look_again(), BlobState::missing);
    EXPECT_EQ(blob().state, BlobState::missing);
}

TEST_F(ObjectCheckTest, SaysNothingOfABlobThatHasAnotherObjectByNow) {
    const auto before = blob();
    auto replacement = before;
    replacement.object_key = "batch/1";
    catalog_.write([&](catalog::Change& change) {
        catalog::mend_blob(who_.visibility, change, before.key, before.object_key, replacement);
    });
    check_.report(before.key, before.object_key, BlobState::missing);
    EXPECT_EQ(blob().state, BlobState::sound);
}

}  // namespace
}  // namespace larmor::archive
