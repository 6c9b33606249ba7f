// SPDX-License-Identifier: Apache-2.0
// Request bodies, over real sockets.
#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using testing::HasSubstr;

/// What has happened to the uploads of a test.
struct Fate {
    std::atomic<int> begun = 0;
    std::atomic<int> finished = 0;
    std::atomic<int> destroyed = 0;
    std::atomic<std::uint64_t> bytes = 0;
    std::atomic<std::size_t> largest_piece = 0;

    void await_destruction() const {
        for (int i = 0; i < 1000 && destroyed < begun; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
};

class TestUpload : public Upload {
public:
    TestUpload(Fate& fate, std::uint64_t bytes_max) : fate_(fate), bytes_max_(bytes_max) {
        ++fate_.begun;
    }
    ~TestUpload() override { ++fate_.destroyed; }

    void push(std::span<const std::byte> bytes) override {
        EXPECT_FALSE(bytes.empty());
        body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        fate_.bytes += bytes.size();
        fate_.largest_piece = std::max(fate_.largest_piece.load(), bytes.size());
        if (body_.size() > bytes_max_) throw Error(ErrorKind::no_space, "the disk is full");
    }
    Answer finish() override {
        ++fate_.finished;
        Answer answer;
        answer.status = 201;
        answer.body = std::move(body_);
        return answer;
    }

private:
    Fate& fate_;
    std::uint64_t bytes_max_;
    std::string body_;
};

TestApplication::Handle take(Fate& fate, std::uint64_t bytes_max = UINT64_MAX) {
    return [&fate, bytes_max](const Request& request) -> Reply {
        if (request.method == "PUT") return std::make_unique<TestUpload>(fate, bytes_max);
        Answer answer;
        answer.status = request.method == "POST" ? 401 : 200;
        answer.body = std::string("no body wanted");
        return answer;
    };
}

const std::string put = "PUT /f HTTP/1.1\r\nHost: x\r\n";
const std::string chunked = put + "Transfer-Encoding: chunked\r\n\r\n";

TEST(Upload, GivesTheBodyBackInBoundedPieces) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    for (const std::size_t size : {0U, 1U, 100U, 262'143U, 262'144U, 262'145U, 5'000'000U}) {
        const auto body = noise(size);
        const auto response =
            client.ask("PUT", "/f", size == 0 ? "Content-Length: 0\r\n" : "", body);
        EXPECT_EQ(response.status, 201U);
        EXPECT_TRUE(response.body == body) << size;
    }
    EXPECT_LE(fate.largest_piece, 256U * 1024);
    EXPECT_EQ(fate.finished, 7);
    EXPECT_EQ(fate.destroyed, 7);
}

TEST(Upload, TakesNoBodyAtAllForAnEmptyOne) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    client.send(put + "\r\n");
    EXPECT_EQ(client.receive().status, 201U);
    EXPECT_EQ(fate.bytes, 0U);
}

TEST(Upload, PutsChunksTogetherWhereverTheyAreCut) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    const std::string request = chunked +
                                "5\r\nhello\r\n1;name=value\r\n,\r\n0A\r\n 0123\r\n89\r\r\n"
                                "0\r\nX-Trailer: yes\r\n\r\n";
    for (std::size_t at = 1; at < request.size(); at += 3) {
        client.send(request.substr(0, at));
        client.send(request.substr(at));
        EXPECT_EQ(client.receive().body, "hello, 0123\r\n89\r") << at;
    }
}

TEST(Upload, TakesLargeChunkedBodies) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    const auto body = noise(3'000'000);
    client.send(chunked + "2dc6c0\r\n" + body + "\r\n0\r\n\r\n");
    EXPECT_TRUE(client.receive().body == body);
    EXPECT_EQ(client.ask("GET", "/").status, 200U);
}

TEST(Upload, InvitesTheBodyOnlyWhenItIsWanted) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    const std::string rest =
        " /f HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        "Content-Length: 5\r\n\r\n";
    client.send("PUT" + rest);
    EXPECT_EQ(client.receive().status, 100U);
    client.send("hello");
    EXPECT_EQ(client.receive().body, "hello");
    client.send("POST" + rest);
    const auto refused = client.receive();
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(refused.header("Connection"), "close");
}

TEST(Upload, AnswersBeforeALargeBodyIsReadWithoutAReset) {
    Fate fate;
    TestServer server(take(fate));
    const auto body = noise(8'000'000);
    for (int i = 0; i < 20; ++i) {
        TestClient client(server.port());
        // The client sends all of its body before it looks for an answer.
        const auto response = client.ask("POST", "/f", "", body);
        EXPECT_EQ(response.status, 401U);
        EXPECT_EQ(response.body, "no body wanted");
        EXPECT_EQ(client.receive_all(), "");
    }
}

TEST(Upload, KeepsTheConnectionWhenTheUnwantedBodyIsSmall) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.ask("POST", "/f", "", noise(500)).status, 401U);
        client.send(
            "POST /f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            "3\r\nabc\r\n0\r\n\r\n"
        );
        EXPECT_EQ(client.receive().status, 401U);
    }
}

TEST(Upload, AnswersWhatAPushThrowsAndDrainsTheRest) {
    Fate fate;
    TestServer server(take(fate, 1'000'000));
    TestClient client(server.port());
    const auto response = client.ask("PUT", "/f", "", noise(9'000'000));
    EXPECT_EQ(response.status, 507U);
    EXPECT_EQ(response.body, "the disk is full");
    EXPECT_EQ(fate.finished, 0);
    EXPECT_EQ(fate.destroyed, 1);
    EXPECT_LT(fate.bytes, 2'000'000U);
}

TEST(Upload, IsDestroyedUnfinishedWhenTheClientVanishes) {
    Fate fate;
    TestServer server(take(fate));
    for (const auto& begin :
         {put + "Content-Length: 1000000\r\n\r\nhalf of it",
          chunked + "ffff\r\nhalf of it",
          chunked,
          chunked + "5\r\nhello\r\n"}) {
        TestClient client(server.port());
        client.send(begin);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (int i = 0; i < 500 && fate.begun < 4; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    fate.await_destruction();
    EXPECT_EQ(fate.begun, 4);
    EXPECT_EQ(fate.destroyed, 4);
    EXPECT_EQ(fate.finished, 0);
}

TEST(Upload, IsNotFinishedByAHalfClosedConnection) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    client.send(put + "Content-Length: 10\r\n\r\nhello");
    client.close_sending();
    EXPECT_TRUE(client.is_closed());
    fate.await_destruction();
    EXPECT_EQ(fate.finished, 0);
}

TEST(Upload, AnswersAClientThatHasClosedItsSendingSide) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    client.send(put + "Content-Length: 5\r\n\r\nhello");
    client.close_sending();
    EXPECT_EQ(client.receive().body, "hello");
}

TEST(Upload, IsRefusedWhenItsChunksAreMalformed) {
    const std::vector<std::string> table = {
        "x\r\n",
        "-1\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n",
        "5;\x01\r\nhello\r\n0\r\n\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n",
        "0\r\nbad trailer\r\n\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        ';' + std::string(200'000, 'x'),
        "5;" + std::string(200'000, 'x'),
    };
    for (const auto& body : table) {
        Fate fate;
        TestServer server(take(fate));
        TestClient client(server.port());
        client.send(chunked + body);
        const auto response = client.receive();
        EXPECT_EQ(response.status, 400U) << body.substr(0, 50);
        EXPECT_EQ(response.header("Connection"), "close");
        client.close_sending();
        EXPECT_TRUE(client.is_closed());
        fate.await_destruction();
        EXPECT_EQ(fate.finished, 0) << body.substr(0, 50);
    }
}

TEST(Upload, NeverTakesTheNextRequestForABody) {
    Fate fate;
    TestServer server(take(fate));
    TestClient client(server.port());
    client.send(put + "Content-Length: 5\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "hello");
    EXPECT_EQ(client.receive().body, "no body wanted");
    client.send(chunked + "5\r\nhello\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "hello");
    EXPECT_EQ(client.receive().body, "no body wanted");
}

}  // namespace
}  // namespace larmor::http
