// SPDX-License-Identifier: Apache-2.0
#include "archive/sweep.hpp"

#include <fstream>

#include "archive/test_archive.hpp"
#include "catalog/files.hpp"

namespace larmor::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SweepTest : public ArchiveTest {
protected:
    void SetUp() override {
        make_session("P/S/E");
        upload(at("P", "R"), "kept", "kept");
    }
    /// An object that no row names, as a crash leaves it.
    std::string leave_orphan() {
        const auto object = store_->create();
        object->finish();
        return object->key();
    }
    void remove(const std::string& path) {
        const auto selection =
            read_selection(catalog_, who_.visibility, at("P", "R"), Depth::own_level);
        const auto resource = selection.resources.at(0).resource.key;
        catalog_.write([&](catalog::Change& change) {
            catalog::remove_file(who_.visibility, change, resource, path);
        });
    }
    Swept sweep_later(UnixMillis later, const std::stop_token& stop = {}) {
        return sweep(catalog_, *store_, now_millis() + later, stop);
    }
    std::vector<std::string> problems(Thoroughness thoroughness = Thoroughness::sizes) {
        std::vector<std::string> told;
        const auto tell = [&](const std::string& problem) { told.push_back(problem); };
        const auto report = check_archive(catalog_, *store_, thoroughness, tell);
        EXPECT_EQ(report.problems, told.size());
        return told;
    }

    static constexpr UnixMillis minute = 60'000;
};
class CheckArchive : public SweepTest {};

/// A store whose disk does not let one object go.
class StubbornStore : public storage::BlobStore {
public:
    StubbornStore(storage::BlobStore& store, std::string stuck)
        : store_(store), stuck_(std::move(stuck)) {}
    std::unique_ptr<storage::NewObject> create() override { return store_.create(); }
    void finish(std::span<const std::unique_ptr<storage::NewObject>> objects) override {
        store_.finish(objects);
    }
    stream::Segment read(const std::string& key, std::uint64_t from, std::uint64_t to) override {
        return store_.read(key, from, to);
    }
    std::optional<std::uint64_t> length(const std::string& key) override {
        return store_.length(key);
    }
    void remove(const std::string& key) override {
        if (key == stuck_) throw Error(ErrorKind::unavailable, "cannot remove '" + key + "'");
        store_.remove(key);
    }
    void for_each(const std::function<void(const storage::ObjectStatus&)>& visit) override {
        store_.for_each(visit);
    }
    void require_room(std::uint64_t bytes) override { store_.require_room(bytes); }
    void check() override { store_.check(); }

private:
    storage::BlobStore& store_;
    std::string stuck_;
};

TEST_F(SweepTest, RemovesAllOthersWhenOneObjectCannotBeRemoved) {
    for (const auto* const name : {"1", "2", "3"})
        upload(at("P", "R"), name, name);
    const auto orphan = leave_orphan();
    const auto other = leave_orphan();
    StubbornStore store(*store_, orphan);
    const auto swept = sweep(catalog_, store, now_millis() + grace_period + minute);
    EXPECT_EQ(swept.orphans, 1U);
    EXPECT_EQ(swept.stuck, 1U);
    EXPECT_THAT(swept.first_reason, HasSubstr(orphan));
    EXPECT_FALSE(store_->length(other));
    EXPECT_TRUE(store_->length(orphan));
    EXPECT_EQ(sweep_later(grace_period + minute).orphans, 1U);
}

TEST_F(SweepTest, RemovesContentWithoutAFileAfterTheGracePeriod) {
    upload(at("P", "R"), "gone", "gone");
    remove("gone");
    EXPECT_EQ(sweep_later(grace_period - minute).blobs, 0U);
    EXPECT_THAT(objects(), SizeIs(2));
    EXPECT_EQ(sweep_later(grace_period + minute).blobs, 1U);
    EXPECT_THAT(objects(), SizeIs(1));
    EXPECT_THAT(problems(Thoroughness::hashes), IsEmpty());
}

TEST_F(SweepTest, RemovesObjectsWithoutARowAfterTheGracePeriod) {
    const auto orphan = leave_orphan();
    EXPECT_EQ(sweep_later(grace_period - minute).orphans, 0U);
    EXPECT_TRUE(store_->length(orphan));
    EXPECT_EQ(sweep_later(grace_period + minute).orphans, 1U);
    EXPECT_FALSE(store_->length(orphan));
    EXPECT_THAT(problems(Thoroughness::hashes), IsEmpty());
}

TEST_F(SweepTest, LeavesAStoreAloneThatSeemsToBeAnothers) {
    leave_orphan();
    leave_orphan();
    const auto swept = sweep_later(grace_period + minute);
    EXPECT_EQ(swept.orphans, 0U);
    EXPECT_EQ(swept.spared, 2U);
    EXPECT_THAT(objects(), SizeIs(3));
}

TEST_F(SweepTest, OfAnEmptyCatalogRemovesNoObject) {
    catalog::Catalog other((folder_.path() / "other.sqlite").string());
    const auto swept = sweep(other, *store_, now_millis() + grace_period + minute);
    EXPECT_EQ(swept.spared, 1U);
    EXPECT_THAT(objects(), SizeIs(1));
}

TEST_F(SweepTest, EndsWithoutADeedWhenToldToStop) {
    upload(at("P", "R"), "gone", "gone");
    remove("gone");
    leave_orphan();
    std::stop_source stop;
    stop.request_stop();
    const auto swept = sweep_later(grace_period + minute, stop.get_token());
    EXPECT_EQ(swept.blobs + swept.orphans + swept.spared, 0U);
    EXPECT_THAT(objects(), SizeIs(3));
}

TEST_F(SweepTest, FindsNothingTwice) {
    upload(at("P", "R"), "gone", "gone");
    remove("gone");
    leave_orphan();
    sweep_later(grace_period + minute);
    const auto again = sweep_later(grace_period + minute);
    EXPECT_EQ(again.blobs + again.orphans + again.spared, 0U);
}

TEST_F(CheckArchive, NoticesAnObjectThatIsShortOrGone) {
    EXPECT_THAT(problems(), IsEmpty());
    std::filesystem::resize_file(objects().at(0), 2);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("has 2 bytes instead of 4")));
    std::filesystem::remove(objects().at(0));
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("its object is missing")));
}

TEST_F(CheckArchive, NoticesAFlippedBitOnlyByReading) {
    std::ofstream(objects().at(0)) << "kepT";
    EXPECT_THAT(problems(Thoroughness::sizes), IsEmpty());
    EXPECT_THAT(problems(Thoroughness::hashes), ElementsAre(HasSubstr("not those")));
    // Now it is known, and no download sends it.
    EXPECT_THAT(problems(Thoroughness::sizes), ElementsAre(HasSubstr("marked as damaged")));
}

TEST_F(CheckArchive, LetsAnUploadMendWhatItFoundDamaged) {
    std::ofstream(objects().at(0)) << "kepT";
    EXPECT_THAT(problems(Thoroughness::hashes), testing::SizeIs(1));
    upload(at("P", "R"), "again", "kept");
    EXPECT_THAT(problems(Thoroughness::hashes), IsEmpty());
}

TEST_F(CheckArchive, TakesTheMarkFromAnObjectThatWasPutBack) {
    const auto object = objects().at(0);
    std::ofstream(object) << "kepT";
    EXPECT_THAT(problems(Thoroughness::hashes), testing::SizeIs(1));
    std::ofstream(object) << "kept";
    EXPECT_THAT(problems(Thoroughness::hashes), IsEmpty());
    EXPECT_THAT(problems(Thoroughness::sizes), IsEmpty());
}

}  // namespace
}  // namespace larmor::archive
