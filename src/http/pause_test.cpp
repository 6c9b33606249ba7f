// SPDX-License-Identifier: Apache-2.0
// Bodies whose bytes take long to come to.
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/read_ahead.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

/// Pauses before its bytes, for ever when there are none.
class PausingSource : public stream::Source {
public:
    PausingSource(std::string content, int pauses)
        : content_(std::move(content)), pauses_(pauses) {}

    std::uint64_t length() const override { return content_.empty() ? 1 : content_.size(); }
    std::string etag() const override { return "\"pausing\""; }
    bool is_cheap(std::uint64_t from, std::uint64_t /*to*/) const override { return from == 0; }
    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to)
        const override {
        return std::make_unique<Walk>(
            *this, content_.empty() ? "" : content_.substr(from, to - from)
        );
    }

    int walks() const { return walks_; }

private:
    class Walk : public stream::Segments {
    public:
        Walk(const PausingSource& source, std::string rest)
            : source_(source), pauses_(source.pauses_), rest_(std::move(rest)) {
            ++source_.walks_;
        }
        ~Walk() override { --source_.walks_; }
        std::optional<stream::Segment> next() override {
            if (source_.content_.empty() || pauses_-- > 0) return std::string();
            if (rest_.empty()) return {};
            return std::exchange(rest_, {});
        }

    private:
        const PausingSource& source_;
        int pauses_;
        std::string rest_;
    };

    std::string content_;
    int pauses_;
    mutable std::atomic<int> walks_ = 0;
};

TestApplication::Handle serve(std::shared_ptr<const stream::Source> source) {
    return [source](const Request&) -> Reply {
        Answer answer;
        answer.body = source;
        return answer;
    };
}

bool comes_true(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
}

TEST(Pause, GivesUpTheThreadWithoutABatchThatIsFull) {
    const PausingSource source("bytes", 2);
    ReadAhead ahead(source.segments(0, 5), 5);
    for (int i = 0; i < 2; ++i) {
        const auto batch = ahead.next_batch();
        EXPECT_TRUE(batch.segments.empty());
        EXPECT_FALSE(batch.is_last);
    }
    const auto batch = ahead.next_batch();
    EXPECT_EQ(batch.segments.size(), 1U);
    EXPECT_TRUE(batch.is_last);
}

TEST(Pause, IsNotSeenByTheClient) {
    for (const int pauses : {0, 1, 5}) {
        TestServer server(serve(std::make_shared<PausingSource>("some bytes", pauses)));
        TestClient client(server.port());
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(client.ask("GET", "/").body, "some bytes");
            EXPECT_EQ(client.ask("GET", "/", "Range: bytes=5-\r\n").body, "bytes");
        }
    }
}

TEST(Pause, LetsOthersHaveTheThreads) {
    const auto endless = std::make_shared<PausingSource>("", 0);
    const auto other = std::make_shared<PausingSource>("some bytes", 3);
    TestServer server([&](const Request& request) {
        return serve(request.target.text == "/endless" ? endless : other)(request);
    });
    std::vector<std::unique_ptr<TestClient>> waiting;
    for (int i = 0; i < 20; ++i) {
        waiting.push_back(std::make_unique<TestClient>(server.port()));
        waiting.back()->send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    ASSERT_TRUE(comes_true([&] { return endless->walks() == 20; }));
    TestClient client(server.port());
    EXPECT_EQ(client.ask("GET", "/").body, "some bytes");
    EXPECT_EQ(endless->walks(), 20);
    waiting.clear();
    EXPECT_TRUE(comes_true([&] { return endless->walks() == 0; }));
}

TEST(Pause, EndsWhenTheServerDoes) {
    const auto endless = std::make_shared<PausingSource>("", 0);
    TestServer server(serve(endless));
    TestClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(comes_true([&] { return endless->walks() == 1; }));
    server.stop(std::chrono::seconds(0));
    server.join();
    EXPECT_EQ(endless->walks(), 0);
}

TEST(DearRange, IsGivenAloneButNotAmongOthers) {
    TestServer server(serve(std::make_shared<PausingSource>("0123456789", 1)));
    TestClient client(server.port());
    const auto ask = [&](const std::string& ranges) {
        return client.ask("GET", "/", "Range: bytes=" + ranges + "\r\n");
    };
    EXPECT_EQ(ask("5-6").body, "56");
    for (const auto* several : {"5-6,8-9", "0-1,5-6", "-1,-1,-1,-1"}) {
        const auto response = ask(several);
        EXPECT_EQ(response.status, 200U) << several;
        EXPECT_EQ(response.body, "0123456789") << several;
        EXPECT_EQ(response.header("Content-Range"), "");
    }
    EXPECT_EQ(ask("0-1,0-0").status, 206U);
}

}  // namespace
}  // namespace larmor::http
