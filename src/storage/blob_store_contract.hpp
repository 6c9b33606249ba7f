// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "storage/blob_store.hpp"

// What every BlobStore promises. An implementation joins in one line:
//     INSTANTIATE_TEST_SUITE_P(S3, BlobStoreContract, testing::Values(make_store));
namespace larmor::storage {

/// Makes an empty store.
using MakeStore = std::function<std::shared_ptr<BlobStore>()>;

inline void push_text(stream::Sink& sink, std::string_view text) {
    sink.push(std::as_bytes(std::span(text)));
}

/// Stores the text as a finished object and returns its key.
inline std::string store_text(BlobStore& store, std::string_view text) {
    const auto object = store.create();
    push_text(*object, text);
    object->finish();
    return object->key();
}

inline std::string text_of(const stream::Segment& segment) {
    if (const auto* text = std::get_if<std::string>(&segment)) return *text;
    const auto& slice = std::get<stream::FileSlice>(segment);
    std::string text(slice.length, '\0');
    const auto offset = static_cast<off_t>(slice.offset);
    const ssize_t got = ::pread(slice.file->get(), text.data(), text.size(), offset);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

inline std::map<std::string, std::uint64_t> lengths_by_key(BlobStore& store) {
    std::map<std::string, std::uint64_t> lengths;
    store.for_each([&](const ObjectStatus& status) {
        EXPECT_TRUE(lengths.emplace(status.key, status.length).second) << status.key;
    });
    return lengths;
}

/// The error that `action` throws; fails the test when it throws none.
inline Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error was thrown";
    return {ErrorKind::invalid_argument, ""};
}

class BlobStoreContract : public testing::TestWithParam<MakeStore> {
protected:
    std::shared_ptr<BlobStore> store = GetParam()();
};

TEST_P(BlobStoreContract, GivesBackTheBytesThatWerePushed) {
    const auto object = store->create();
    push_text(*object, "first ");
    push_text(*object, "");
    push_text(*object, std::string("\0second", 7));
    object->finish();
    EXPECT_EQ(text_of(store->read(object->key(), 0, 13)), std::string("first \0second", 13));
    EXPECT_EQ(store->length(object->key()), 13U);
}

TEST_P(BlobStoreContract, ReadsAnyRangeOfAnObject) {
    const std::string text = "0123456789";
    const auto key = store_text(*store, text);
    for (std::uint64_t from = 0; from <= text.size(); ++from) {
        for (std::uint64_t to = from; to <= text.size(); ++to) {
            EXPECT_EQ(text_of(store->read(key, from, to)), text.substr(from, to - from));
        }
    }
}

TEST_P(BlobStoreContract, KeepsAnEmptyObject) {
    const auto key = store_text(*store, "");
    EXPECT_EQ(store->length(key), 0U);
    EXPECT_EQ(text_of(store->read(key, 0, 0)), "");
}

TEST_P(BlobStoreContract, KeepsAnObjectAfterItsWriterIsGone) {
    auto object = store->create();
    push_text(*object, "kept");
    object->finish();
    const auto key = object->key();
    object->abandon();
    object.reset();
    EXPECT_EQ(text_of(store->read(key, 0, 4)), "kept");
}

TEST_P(BlobStoreContract, RefusesARangeBeyondTheEndAsCorrupt) {
    const auto key = store_text(*store, "short");
    EXPECT_EQ(error_of([&] { store->read(key, 0, 6); }).kind(), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { store->read(key, 4, 3); }).kind(), ErrorKind::corrupt);
    EXPECT_THAT(error_of([&] { store->read(key, 0, 6); }).what(), testing::HasSubstr(key));
}

TEST_P(BlobStoreContract, NamesAMissingObject) {
    const auto key = store_text(*store, "gone");
    store->remove(key);
    const Error error = error_of([&] { store->read(key, 0, 0); });
    EXPECT_EQ(error.kind(), ErrorKind::missing_content);
    EXPECT_THAT(error.what(), testing::HasSubstr(key));
    EXPECT_EQ(store->length(key), std::nullopt);
}

TEST_P(BlobStoreContract, RemovesAnObjectOnceAndForAll) {
    const auto kept = store_text(*store, "kept");
    const auto key = store_text(*store, "gone");
    store->remove(key);
    store->remove(key);
    EXPECT_THAT(lengths_by_key(*store), testing::ElementsAre(testing::Pair(kept, 4U)));
}

TEST_P(BlobStoreContract, GoesOnReadingAnObjectThatIsRemovedMeanwhile) {
    const auto key = store_text(*store, "still here");
    const auto segment = store->read(key, 0, 10);
    store->remove(key);
    EXPECT_EQ(text_of(segment), "still here");
}

TEST_P(BlobStoreContract, DropsAnObjectThatIsAbandonedOrNeverFinished) {
    auto abandoned = store->create();
    push_text(*abandoned, "abandoned");
    abandoned->abandon();
    abandoned->abandon();
    auto dropped = store->create();
    push_text(*dropped, "dropped");
    const auto key = dropped->key();
    dropped.reset();
    EXPECT_TRUE(lengths_by_key(*store).empty());
    EXPECT_EQ(store->length(key), std::nullopt);
}

TEST_P(BlobStoreContract, FinishesManyObjectsTogether) {
    std::vector<std::unique_ptr<NewObject>> objects;
    std::vector<std::string> keys;
    for (int i = 0; i < 20; ++i) {
        objects.push_back(store->create());
        push_text(*objects.back(), std::to_string(i));
        keys.push_back(objects.back()->key());
    }
    store->finish(objects);
    for (const auto& object : objects)
        object->abandon();
    objects.clear();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto text = std::to_string(i);
        EXPECT_EQ(text_of(store->read(keys[i], 0, text.size())), text);
    }
    EXPECT_NO_THROW(store->finish(objects));
}

TEST_P(BlobStoreContract, ReadsBackWhatIsNotFinishedAndDropsItAllTheSame) {
    auto object = store->create();
    EXPECT_EQ(text_of(object->read_back()), "");
    push_text(*object, "half");
    EXPECT_EQ(text_of(object->read_back()), "half");
    push_text(*object, " and half");
    const auto segment = object->read_back();
    object.reset();
    EXPECT_EQ(text_of(segment), "half and half");
    EXPECT_TRUE(lengths_by_key(*store).empty());
}

TEST_P(BlobStoreContract, NeverGivesAKeyTwice) {
    std::set<std::string> keys;
    for (int i = 0; i < 20; ++i) {
        const auto object = store->create();
        EXPECT_TRUE(keys.insert(object->key()).second);
        if (i % 2 == 0) object->abandon();
    }
    for (const auto& key : keys)
        store->remove(key);
    EXPECT_FALSE(keys.contains(store->create()->key()));
}

TEST_P(BlobStoreContract, VisitsEveryObjectWithItsLengthAndTime) {
    const UnixMillis before = now_millis();
    const std::set<std::string> keys = {store_text(*store, "1"), store_text(*store, "1")};
    std::set<std::string> visited;
    store->for_each([&](const ObjectStatus& status) {
        visited.insert(status.key);
        EXPECT_EQ(status.length, 1U);
        EXPECT_NEAR(static_cast<double>(status.written), static_cast<double>(before), 60'000);
    });
    EXPECT_EQ(visited, keys);
    EXPECT_EQ(keys.size(), 2U);
}

TEST_P(BlobStoreContract, LetsManyThreadsWriteAtOnce) {
    constexpr int threads = 8;
    constexpr int objects = 12;
    std::map<std::string, std::string> texts;
    std::mutex mutex;
    const auto write = [&](int thread) {
        for (int i = 0; i < objects; ++i) {
            const auto text = std::to_string(thread * objects + i);
            const auto key = store_text(*store, text);
            const std::scoped_lock lock(mutex);
            texts[key] = text;
        }
    };
    {
        std::vector<std::jthread> writers;
        for (int i = 0; i < threads; ++i)
            writers.emplace_back(write, i);
    }
    EXPECT_EQ(texts.size(), static_cast<std::size_t>(threads * objects));
    for (const auto& [key, text] : texts) {
        EXPECT_EQ(text_of(store->read(key, 0, text.size())), text);
    }
}

TEST_P(BlobStoreContract, RefusesWhatIsNoKeyOfItsOwn) {
    for (const std::string key :
         {"",
          "/",
          "a/",
          "/1",
          "../1",
          "a/../1",
          "a/b",
          "a/1/2",
          "a//1",
          "./1",
          "a/1\n",
          "a_b/1",
          "/etc/passwd",
          "a/-1"}) {
        EXPECT_EQ(error_of([&] { store->read(key, 0, 0); }).kind(), ErrorKind::corrupt) << key;
        EXPECT_EQ(error_of([&] { store->length(key); }).kind(), ErrorKind::corrupt) << key;
        EXPECT_EQ(error_of([&] { store->remove(key); }).kind(), ErrorKind::corrupt) << key;
    }
    EXPECT_EQ(error_of([&] { store->remove({"a\0/1", 4}); }).kind(), ErrorKind::corrupt);
}

TEST_P(BlobStoreContract, PassesItsCheckWithoutLeavingAnObject) {
    EXPECT_NO_THROW(store->check());
    EXPECT_TRUE(lengths_by_key(*store).empty());
}

}  // namespace larmor::storage
