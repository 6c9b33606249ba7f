// SPDX-License-Identifier: Apache-2.0
#include "http/read_ahead.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

constexpr std::size_t mib = 1024 * 1024;

ReadAhead read_ahead(const TestSource& source) {
    return {source.segments(0, source.length()), source.length()};
}

std::string content_of(const stream::Segment& segment) {
    if (const auto* text = std::get_if<std::string>(&segment)) return *text;
    const auto& slice = std::get<stream::FileSlice>(segment);
    std::string bytes(slice.length, '\0');
    const auto count =
        ::pread(slice.file->get(), bytes.data(), bytes.size(), static_cast<off_t>(slice.offset));
    return bytes.substr(0, static_cast<std::size_t>(count));
}

std::string content_of(ReadAhead& ahead) {
    std::string bytes;
    for (bool over = false; !over;) {
        const auto batch = ahead.next_batch();
        for (const auto& segment : batch.segments)
            bytes += content_of(segment);
        over = batch.is_last;
    }
    return bytes;
}

TEST(ReadAhead, GathersHeadersAndSmallFilesIntoOneText) {
    TestSource source;
    for (unsigned i = 0; i < 10; ++i) {
        source.add_text("header");
        source.add_file(noise(2000, i));
    }
    auto ahead = read_ahead(source);
    const auto batch = ahead.next_batch();
    EXPECT_TRUE(batch.is_last);
    ASSERT_EQ(batch.segments.size(), 1U);
    EXPECT_EQ(content_of(batch.segments.front()), source.content());
}

TEST(ReadAhead, LeavesLargeSlicesToTheKernel) {
    TestSource source;
    source.add_text("header");
    source.add_file(noise(200'000));
    auto ahead = read_ahead(source);
    const auto batch = ahead.next_batch();
    ASSERT_EQ(batch.segments.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<stream::FileSlice>(batch.segments[1]));
    EXPECT_TRUE(is_resident(std::get<stream::FileSlice>(batch.segments[1])));
}

TEST(ReadAhead, GivesEveryByteInOrder) {
    TestSource source;
    const std::size_t sizes[] = {
        1, 65'535, 65'536, 65'537, 9 * mib, 0, 5, 200'000, 4 * mib, 70'000};
    for (unsigned i = 0; i < 40; ++i) {
        const auto size = sizes[i % std::size(sizes)];
        if (size == 0) continue;
        if (i % 3 == 0) source.add_text(noise(std::min(size, mib), i));
        source.add_file(noise(size, i));
    }
    auto ahead = read_ahead(source);
    EXPECT_TRUE(content_of(ahead) == source.content());
}

TEST(ReadAhead, KeepsItsBatchesSmall) {
    TestSource source;
    for (unsigned i = 0; i < 200; ++i)
        source.add_text(noise(3000, i));
    source.add_file(noise(20 * mib));
    auto ahead = read_ahead(source);
    for (bool over = false; !over;) {
        const auto batch = ahead.next_batch();
        std::size_t text_bytes = 0, slice_bytes = 0;
        for (const auto& segment : batch.segments) {
            const bool is_text = std::holds_alternative<std::string>(segment);
            (is_text ? text_bytes : slice_bytes) += content_of(segment).size();
        }
        EXPECT_LE(text_bytes, 128 * 1024 + 3000U);
        EXPECT_LE(slice_bytes, 8 * mib);
        over = batch.is_last;
    }
}

class OneSegment : public stream::Segments {
public:
    explicit OneSegment(stream::Segment segment) : segment_(std::move(segment)) {}
    std::optional<stream::Segment> next() override { return std::exchange(segment_, std::nullopt); }

private:
    std::optional<stream::Segment> segment_;
};

TEST(ReadAhead, RefusesAFileThatEndsTooEarly) {
    for (const std::uint64_t length : {1000U, 100'000U, 10'000'000U}) {
        TestSource source;
        source.add_file(noise(length - 1));
        auto slice = std::get<stream::FileSlice>(*source.segments(0, length - 1)->next());
        slice.length += 1;
        ReadAhead ahead(std::make_unique<OneSegment>(slice), length);
        EXPECT_THROW(content_of(ahead), Error) << length;
    }
}

using testing::ElementsAre;

TEST(ReadAhead, TellsOnceOfAFileThatEndsTooEarly) {
    for (const std::uint64_t length : {1000U, 100'000U, 10'000'000U}) {
        TestSource source;
        source.add_file(noise(length));
        std::vector<bool> told;
        source.watch([&](bool is_short) { told.push_back(is_short); });
        source.truncate_file(length - 1);
        auto ahead = read_ahead(source);
        EXPECT_THROW(content_of(ahead), Error) << length;
        EXPECT_THAT(told, ElementsAre(true)) << length;
    }
}

/// A file whose every read fails like that of a broken disk: no memory lies at its beginning.
stream::FileSlice unreadable_slice(std::uint64_t length) {
    auto file = std::make_shared<FileDescriptor>(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
    return {.file = std::move(file), .offset = 0, .length = length};
}

TEST(ReadAhead, TellsOnceOfADiskThatFails) {
    for (const std::uint64_t length : {1000U, 100'000U}) {
        std::vector<bool> told;
        const auto tell = [&](bool is_short) { told.push_back(is_short); };
        auto slice = unreadable_slice(length);
        slice.on_failure = std::make_shared<std::function<void(bool)>>(tell);
        ReadAhead ahead(std::make_unique<OneSegment>(slice), length);
        EXPECT_THROW(content_of(ahead), Error) << length;
        EXPECT_THAT(told, ElementsAre(false)) << length;
    }
}

TEST(ReadAhead, FailsTheSameWhenNobodyWantsToKnowOrTheReportFails) {
    TestSource source;
    source.add_file(noise(1000));
    source.truncate_file(999);
    const std::function<void(bool)> nobody, failing = [](bool) { throw std::runtime_error("no"); };
    for (const auto& on_failure : {nobody, failing}) {
        source.watch(on_failure);
        auto ahead = read_ahead(source);
        try {
            ahead.next_batch();
            ADD_FAILURE() << "a short file was taken for whole";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::corrupt);
        }
    }
}

TEST(ReadAhead, TellsNothingOfFilesThatAreWhole) {
    TestSource source;
    for (const std::size_t length : {1000U, 100'000U, 10'000'000U})
        source.add_file(noise(length));
    source.watch([](bool) { ADD_FAILURE() << "a whole file was called broken"; });
    auto ahead = read_ahead(source);
    EXPECT_TRUE(content_of(ahead) == source.content());
}

TEST(ReadAhead, RefusesAWalkThatIsShorterOrLongerThanPromised) {
    TestSource source;
    source.add_text("ten bytes!");
    ReadAhead shorter(source.segments(0, 10), 11);
    EXPECT_THROW(content_of(shorter), Error);
    ReadAhead longer(source.segments(0, 10), 9);
    EXPECT_THROW(content_of(longer), Error);
    ReadAhead unknown(source.segments(0, 10), std::nullopt);
    EXPECT_EQ(content_of(unknown), "ten bytes!");
}

}  // namespace
}  // namespace larmor::http
