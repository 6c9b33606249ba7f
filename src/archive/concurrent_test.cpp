// SPDX-License-Identifier: Apache-2.0
// Uploads, deletes, downloads and sweeps of the same files at once; ThreadSanitizer runs it too.
#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "archive/sweep.hpp"
#include "archive/test_archive.hpp"
#include "base/hash.hpp"

namespace larmor::archive {
namespace {

constexpr unsigned rounds = 4, names = 8, contents = 12;

/// Says which it is, so that a mix-up shows.
std::string content_of(unsigned number) {
    std::mt19937 random(number);
    auto text = "content " + std::to_string(number) + ':';
    for (auto count = 500 + random() % 20'000; count > 0; --count)
        text += static_cast<char>(random());
    return text;
}

std::string name_of(unsigned number) {
    return "f" + std::to_string(number);
}

std::uint32_t number_at(std::string_view zip, std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i > 0; --i)
        value = value << 8 | static_cast<unsigned char>(zip[at + i - 1]);
    return value;
}

class ConcurrentTest : public ArchiveTest {
protected:
    void SetUp() override {
        make_session("P/S/E");
        make_scan("P/S/E/scans/1", "T1");
        upload(scan_, "always", content_of(0));
        for (unsigned i = 0; i < contents; ++i)
            known_.insert(content_of(i));
    }

    void put(unsigned name, unsigned content) {
        upload(scan_, name_of(name), content_of(content), catalog::Existing::replace);
    }
    void remove(unsigned name) {
        try {
            remove_files(catalog_, who_, scan_, name_of(name));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::not_found) << error.what();
        }
    }
    void download_one(unsigned name) {
        const auto file = downloads_.find_file(who_.visibility, scan_, name_of(name));
        if (!file) return;
        const auto bytes = bytes_of(*file->source);
        EXPECT_EQ(bytes.size(), file->source->length());
        EXPECT_TRUE(known_.contains(bytes)) << name_of(name);
    }
    void download_all() {
        const auto download = zip(at("P/S/E/scans/ALL"));
        ASSERT_TRUE(download);
        const auto bytes = bytes_of(*download->source);
        EXPECT_EQ(bytes.size(), download->source->length());
        EXPECT_GE(check_members(bytes), 1U);
    }
    /// How many stored members there are, each of which must be a content that was uploaded.
    std::size_t check_members(std::string_view bytes) {
        std::size_t at = 0, count = 0;
        for (; number_at(bytes, at, 4) == 0x04034b50; ++count) {
            const auto size = number_at(bytes, at + 22, 4);
            const auto begin =
                at + 30 + number_at(bytes, at + 26, 2) + number_at(bytes, at + 28, 2);
            const std::string content(bytes.substr(begin, size));
            EXPECT_TRUE(known_.contains(content)) << "member " << count;
            EXPECT_EQ(crc_of(content), number_at(bytes, at + 14, 4)) << "member " << count;
            at = begin + size;
        }
        return count;
    }
    static std::uint32_t crc_of(const std::string& content) {
        ContentHasher hasher;
        hasher.push(std::as_bytes(std::span(content)));
        return hasher.finish().crc32;
    }

    /// Contents without a file and objects without a row, all of them old at the time returned
    /// and nothing that comes later.
    UnixMillis leave_garbage() {
        for (unsigned i = 1; i < contents; ++i)
            put(0, i);
        remove(0);
        store_->create()->finish();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const auto time = now_millis() + grace_period;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return time;
    }

    void work_at_once(UnixMillis sweep_time, unsigned seed) {
        std::vector<std::jthread> threads;
        const auto repeat = [&](unsigned times, auto work) {
            threads.emplace_back([times, work, random = std::mt19937(++seed)]() mutable {
                const auto below = [&](unsigned end) {
                    return static_cast<unsigned>(random() % end);
                };
                for (unsigned i = 0; i < times; ++i)
                    EXPECT_NO_THROW(work(below));
            });
        };
        for (int i = 0; i < 3; ++i) {
            repeat(12, [this](auto& below) { put(below(names), below(contents)); });
            repeat(12, [this](auto&) { download_all(); });
        }
        repeat(24, [this](auto& below) { download_one(below(names)); });
        repeat(12, [this](auto& below) { remove(below(names)); });
        repeat(6, [this, sweep_time](auto&) {
            swept_ += sweep(catalog_, *store_, sweep_time).blobs;
        });
    }

    const Selector scan_ = at("P/S/E/scans/1", "R");
    std::set<std::string> known_;
    std::atomic<std::size_t> swept_ = 0;
};

TEST_F(ConcurrentTest, UploadsDownloadsDeletesAndSweepsNeverMixUpOrLoseBytes) {
    for (unsigned round = 0; round < rounds; ++round)
        work_at_once(leave_garbage(), 1000 * round);
    EXPECT_GT(swept_, 0U);
    std::vector<std::string> problems;
    const auto tell = [&](const std::string& problem) { problems.push_back(problem); };
    check_archive(catalog_, *store_, Thoroughness::hashes, tell);
    EXPECT_THAT(problems, testing::IsEmpty());
    EXPECT_EQ(
        bytes_of(*downloads_.find_file(who_.visibility, scan_, "always")->source), content_of(0)
    );
}

}  // namespace
}  // namespace larmor::archive
