// SPDX-License-Identifier: Apache-2.0
#include "storage/filesystem_blob_store.hpp"

#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/archive_id.hpp"
#include "storage/blob_store_contract.hpp"
#include "storage/object_disk.hpp"
#include "storage/object_writer.hpp"
#include "storage/temporary_folder.hpp"

namespace larmor::storage {
namespace {

struct TemporaryStore {
    TemporaryFolder folder;
    std::unique_ptr<BlobStore> store = open_filesystem_blob_store(folder.path() / "objects");
};

std::shared_ptr<BlobStore> make_filesystem_store() {
    const auto owner = std::make_shared<TemporaryStore>();
    return {owner, owner->store.get()};
}

INSTANTIATE_TEST_SUITE_P(Filesystem, BlobStoreContract, testing::Values(make_filesystem_store));

class FilesystemBlobStoreTest : public testing::Test {
protected:
    std::filesystem::path batch_of_object(const std::string& key) const {
        return (folder / key).parent_path();
    }
    std::size_t entries_in_folder() const {
        const std::filesystem::directory_iterator entries(folder);
        return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    }

    TemporaryFolder temporary;
    std::filesystem::path folder = temporary.path() / "a/b/objects";
    std::unique_ptr<BlobStore> store = open_filesystem_blob_store(folder);
};

/// What a disk does when its quota is used up: writes beyond `bytes` of a file fail.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

/// Runs `test` in a thread with mounts of its own; false where mounting is not permitted.
bool with_private_mounts(const std::filesystem::path& folder, const std::function<void()>& test) {
    bool permitted = false;
    std::jthread([&] {
        permitted = ::unshare(CLONE_NEWNS) == 0 &&
                    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    ::mount("none", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
        if (permitted) test();
    }).join();
    return permitted;
}

}  // namespace

TEST_F(FilesystemBlobStoreTest, NamesObjectsByBatchAndNumber) {
    const auto first = store_text(*store, "x");
    EXPECT_THAT(first, testing::MatchesRegex("[0-9]{8}T[0-9]{6}-[0-9a-f]{8}/1"));
    const auto batch = batch_of_object(first).filename().string();
    EXPECT_EQ(store_text(*store, "y"), batch + "/2");
    EXPECT_EQ(std::filesystem::file_size(folder / first), 1U);
}

TEST_F(FilesystemBlobStoreTest, CreatesNoBatchBeforeTheFirstWrite) {
    store->check();
    lengths_by_key(*store);
    EXPECT_EQ(entries_in_folder(), 0U);
}

TEST_F(FilesystemBlobStoreTest, StartsABatchOfItsOwnInEveryProcess) {
    const auto first = store_text(*store, "x");
    const auto again = open_filesystem_blob_store(folder);
    const auto second = store_text(*again, "y");
    EXPECT_NE(batch_of_object(first), batch_of_object(second));
    EXPECT_EQ(text_of(again->read(first, 0, 1)), "x");
}

TEST_F(FilesystemBlobStoreTest, StartsANewBatchAfterFourThousandObjectsFromAnyThread) {
    std::map<std::filesystem::path, int> objects_by_batch;
    std::set<std::string> keys;
    std::mutex mutex;
    {
        std::vector<std::jthread> writers;
        for (int thread = 0; thread < 4; ++thread) {
            writers.emplace_back([&] {
                for (int i = 0; i < 1100; ++i) {
                    const auto key = store->create()->key();
                    const std::scoped_lock lock(mutex);
                    ++objects_by_batch[batch_of_object(key)];
                    EXPECT_TRUE(keys.insert(key).second);
                }
            });
        }
    }
    ASSERT_EQ(objects_by_batch.size(), 2U);
    const int least = std::min(objects_by_batch.begin()->second, objects_by_batch.rbegin()->second);
    EXPECT_EQ(least, 4400 - 4096);
}

TEST_F(FilesystemBlobStoreTest, StartsANewBatchWhenTheOldOneWasRemoved) {
    const auto lost = store_text(*store, "x");
    std::filesystem::remove_all(batch_of_object(lost));
    const auto key = store_text(*store, "y");
    EXPECT_NE(batch_of_object(lost), batch_of_object(key));
    EXPECT_EQ(text_of(store->read(key, 0, 1)), "y");
    EXPECT_EQ(error_of([&] { store->read(lost, 0, 1); }).kind(), ErrorKind::missing_content);
}

TEST_F(FilesystemBlobStoreTest, StartsANewBatchWhenAFileStandsInItsPlace) {
    const auto lost = store_text(*store, "x");
    std::filesystem::remove_all(batch_of_object(lost));
    std::ofstream(batch_of_object(lost)) << "in the way";
    EXPECT_EQ(text_of(store->read(store_text(*store, "y"), 0, 1)), "y");
}

TEST_F(FilesystemBlobStoreTest, NeverWritesOverAFileUnderItsNextKey) {
    const auto first = store_text(*store, "x");
    const auto foreign = batch_of_object(first) / "2";
    std::ofstream(foreign) << "foreign";
    EXPECT_NE(folder / store_text(*store, "y"), foreign);
    EXPECT_EQ(std::filesystem::file_size(foreign), 7U);
}

TEST_F(FilesystemBlobStoreTest, DoesNotFinishAnObjectWhoseBatchIsGone) {
    const auto object = store->create();
    push_text(*object, "x");
    std::filesystem::remove_all(batch_of_object(object->key()));
    EXPECT_EQ(error_of([&] { object->finish(); }).kind(), ErrorKind::unavailable);
}

TEST_F(FilesystemBlobStoreTest, FinishesNoneOfManyWhenTheBatchOfOneIsGone) {
    std::vector<std::unique_ptr<NewObject>> objects;
    objects.push_back(store->create());
    std::filesystem::remove_all(batch_of_object(objects.back()->key()));
    objects.push_back(store->create());
    push_text(*objects.back(), "x");
    const auto kept = objects.back()->key();
    EXPECT_EQ(error_of([&] { store->finish(objects); }).kind(), ErrorKind::unavailable);
    EXPECT_EQ(store->length(kept), std::nullopt);
}

TEST_F(FilesystemBlobStoreTest, IsUnavailableWhileItsFolderIsGoneAndWorksWhenItIsBack) {
    const auto key = store_text(*store, "x");
    const auto elsewhere = temporary.path() / "elsewhere";
    std::filesystem::rename(folder, elsewhere);
    const std::vector<std::function<void()>> actions = {
        [&] { store->create(); },
        [&] { store->read(key, 0, 1); },
        [&] { store->length(key); },
        [&] { store->remove(key); },
        [&] { lengths_by_key(*store); },
        [&] { store->check(); }};
    for (const auto& action : actions) {
        const Error error = error_of(action);
        EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.what();
        EXPECT_THAT(error.what(), testing::HasSubstr(folder.string()));
    }
    std::filesystem::rename(elsewhere, folder);
    for (const auto& action : actions)
        EXPECT_NO_THROW(action());
    EXPECT_EQ(lengths_by_key(*store).size(), 0U);
}

TEST_F(FilesystemBlobStoreTest, NamesTheObjectThatTheDiskRefusesAndLeavesNothingOfIt) {
    store_text(*store, "kept");
    {
        const FileSizeLimit limit(10'000);
        const auto object = store->create();
        const Error error = error_of([&] { push_text(*object, std::string(20'000, 'x')); });
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), testing::HasSubstr(object->key()));
        EXPECT_FALSE(std::filesystem::exists(folder / object->key()));
        EXPECT_THROW(object->finish(), Error);
    }
    EXPECT_EQ(lengths_by_key(*store).size(), 1U);
    EXPECT_EQ(text_of(store->read(store_text(*store, "later"), 0, 5)), "later");
}

TEST_F(FilesystemBlobStoreTest, NeverAsksAgainWhetherAnObjectIsSyncedOnceThatFailed) {
    const auto batch = batch_of_object(store_text(*store, "x"));
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);  // which cannot be synced
    const FileDescriptor reading(ends[0]);
    ObjectDisk disk(folder, 0);
    OpenObject opened{
        .batch = FileDescriptor(::open(batch.c_str(), O_RDONLY | O_DIRECTORY)),
        .file = FileDescriptor(ends[1])};
    const auto object = write_object(disk, batch.filename().string() + "/1", std::move(opened));
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Error error = error_of([&] { object->finish(); });
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), testing::HasSubstr("cannot sync"));
        EXPECT_STREQ(error.reason(), "the disk that holds the stored files fails");
    }
    EXPECT_EQ(lengths_by_key(*store).size(), 0U);
}

TEST_F(FilesystemBlobStoreTest, RemovesAnAbandonedObjectAlsoFromAFolderThatWasMoved) {
    const auto object = store->create();
    std::filesystem::rename(folder, temporary.path() / "elsewhere");
    EXPECT_THROW(object->finish(), Error);
    std::filesystem::rename(temporary.path() / "elsewhere", folder);
    EXPECT_EQ(lengths_by_key(*store).size(), 0U);
}

TEST_F(FilesystemBlobStoreTest, DoesNotTakeAnotherFolderForItsOwn) {
    write_archive_id(folder, "mine");
    const auto key = store_text(*store, "x");
    std::filesystem::rename(folder, temporary.path() / "elsewhere");
    std::filesystem::create_directory(folder);
    for (const auto* const id : {"", "other"}) {
        if (*id != '\0') write_archive_id(folder, id);
        EXPECT_EQ(error_of([&] { store->check(); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(error_of([&] { store->read(key, 0, 1); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(error_of([&] { store->create(); }).kind(), ErrorKind::unavailable);
    }
    std::filesystem::remove_all(folder);
    std::filesystem::rename(temporary.path() / "elsewhere", folder);
    EXPECT_NO_THROW(store->check());
    EXPECT_EQ(text_of(store->read(key, 0, 1)), "x");
}

TEST_F(FilesystemBlobStoreTest, LeavesItsReserveFree) {
    const auto test = [&] {
        constexpr std::uint64_t reserve = 1 << 30;  // of 64 KiB: a sixteenth, 4 KiB
        const auto mounted = open_filesystem_blob_store(folder, {.reserve_bytes = reserve});
        EXPECT_NO_THROW(mounted->require_room(40'000));
        EXPECT_EQ(error_of([&] { mounted->require_room(63'000); }).kind(), ErrorKind::no_space);
        const auto big = store_text(*mounted, std::string(57'344, 'x'));
        store_text(*mounted, "x");
        store_text(*mounted, "y");
        const Error error = error_of([&] { mounted->create(); });
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
        EXPECT_STREQ(error.reason(), "the disk that holds the stored files is full");
        EXPECT_EQ(error_of([&] { mounted->check(); }).kind(), ErrorKind::no_space);
        mounted->remove(big);
        EXPECT_NO_THROW(mounted->check());
        EXPECT_NO_THROW(store_text(*mounted, "y"));
    };
    if (!with_private_mounts(folder, test)) GTEST_SKIP() << "mounting needs root";
}

TEST_F(FilesystemBlobStoreTest, FailsItsCheckWhileNothingCanBeWritten) {
    const FileSizeLimit limit(0);
    const Error error = error_of([&] { store->check(); });
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.what(), testing::HasSubstr(folder.string()));
    EXPECT_EQ(entries_in_folder(), 0U);
}

TEST_F(FilesystemBlobStoreTest, SaysThatAFullDiskIsFullAndWritesOnceThereIsRoom) {
    const auto test = [&] {
        const auto mounted = open_filesystem_blob_store(folder);
        const auto big = store_text(*mounted, std::string(40'000, 'x'));
        const auto fill = [&] { store_text(*mounted, std::string(40'000, 'y')); };
        EXPECT_EQ(error_of(fill).kind(), ErrorKind::no_space);
        EXPECT_EQ(lengths_by_key(*mounted).size(), 1U);
        mounted->remove(big);
        EXPECT_NO_THROW(fill());
    };
    if (!with_private_mounts(folder, test)) GTEST_SKIP() << "mounting needs root";
}

TEST_F(FilesystemBlobStoreTest, SaysThatTheDiskIsReadOnly) {
    const auto test = [&] {
        const auto mounted = open_filesystem_blob_store(folder);
        const auto key = store_text(*mounted, "x");
        ASSERT_EQ(::mount("none", folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
        EXPECT_EQ(error_of([&] { mounted->create(); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(error_of([&] { mounted->check(); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(text_of(mounted->read(key, 0, 1)), "x");
        ASSERT_EQ(::mount("none", folder.c_str(), nullptr, MS_REMOUNT, "size=64k"), 0);
        EXPECT_NO_THROW(store_text(*mounted, "y"));
    };
    if (!with_private_mounts(folder, test)) GTEST_SKIP() << "mounting needs root";
}

TEST_F(FilesystemBlobStoreTest, NeitherMissesObjectsNorWritesWhileItsDiskIsNotMounted) {
    const auto test = [&] {
        const auto mounted = open_filesystem_blob_store(folder);
        const auto key = store_text(*mounted, "x");
        ASSERT_EQ(::umount2(folder.c_str(), MNT_DETACH), 0);
        EXPECT_EQ(error_of([&] { mounted->create(); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(error_of([&] { mounted->read(key, 0, 1); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(error_of([&] { mounted->length(key); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(error_of([&] { mounted->check(); }).kind(), ErrorKind::unavailable);
        EXPECT_EQ(entries_in_folder(), 0U);
        ASSERT_EQ(::mount("none", folder.c_str(), "tmpfs", 0, "size=64k"), 0);
        EXPECT_NO_THROW(store_text(*mounted, "y"));
    };
    if (!with_private_mounts(folder, test)) GTEST_SKIP() << "mounting needs root";
}

TEST_F(FilesystemBlobStoreTest, FindsTheHalfObjectOfAProcessThatDied) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto object = open_filesystem_blob_store(folder)->create();
        push_text(*object, "half");
        ::_exit(0);
    }
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    const auto lengths = lengths_by_key(*store);
    ASSERT_EQ(lengths.size(), 1U);
    EXPECT_EQ(lengths.begin()->second, 4U);
    store->remove(lengths.begin()->first);
    EXPECT_TRUE(lengths_by_key(*store).empty());
}

TEST_F(FilesystemBlobStoreTest, LooksPastWhatOthersLeftInItsFolder) {
    const auto key = store_text(*store, "x");
    std::filesystem::create_directories(folder / "lost+found/1");
    std::filesystem::create_directories(batch_of_object(key) / "7");
    std::ofstream(folder / "README") << "foreign";
    std::ofstream(batch_of_object(key) / ".nfs0001") << "foreign";
    std::filesystem::create_symlink("/etc/passwd", batch_of_object(key) / "8");
    EXPECT_THAT(lengths_by_key(*store), testing::ElementsAre(testing::Pair(key, 1U)));
}

TEST_F(FilesystemBlobStoreTest, RemovesABatchWithItsLastObjectUnlessItIsInUse) {
    const auto old = store_text(*store, "x");
    const auto again = open_filesystem_blob_store(folder);
    const auto current = store_text(*again, "y");
    again->remove(old);
    again->remove(current);
    EXPECT_FALSE(std::filesystem::exists(batch_of_object(old)));
    EXPECT_TRUE(std::filesystem::exists(batch_of_object(current)));
}

TEST_F(FilesystemBlobStoreTest, DoesNotOpenOnAFile) {
    std::ofstream(temporary.path() / "file") << "x";
    for (const auto* path : {"file", "file/objects"}) {
        const Error error = error_of([&] { open_filesystem_blob_store(temporary.path() / path); });
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), testing::HasSubstr(path));
    }
}

TEST(ObjectPath, IsWhereTheStoreKeepsTheObject) {
    const TemporaryFolder temporary;
    const auto store = open_filesystem_blob_store(temporary.path() / "a/../objects/");
    const auto key = store_text(*store, "x");
    const auto path = object_path(temporary.path() / "a/../objects/", key);
    EXPECT_EQ(path, temporary.path() / "objects" / key);
    EXPECT_EQ(std::filesystem::file_size(path), 1U);
    EXPECT_TRUE(object_path("relative", key).is_absolute());
}

TEST(ObjectPath, RefusesAKeyThatLeadsElsewhere) {
    for (const auto* key : {"", "../secret", "/etc/passwd", "a", "a/b/c", "a/..", "a/1/"}) {
        const Error error = error_of([&] { object_path("objects", key); });
        EXPECT_EQ(error.kind(), ErrorKind::corrupt) << key;
    }
}

}  // namespace larmor::storage
