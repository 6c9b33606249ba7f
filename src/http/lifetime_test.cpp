// SPDX-License-Identifier: Apache-2.0
// How connections and servers end: time-outs, limits and stopping.
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include <poll.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

Reply text(std::string body) {
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

Reply hello(const Request&) {
    return text("hello");
}

class Swallow : public Upload {
public:
    void push(std::span<const std::byte>) override {}
    Answer finish() override { return {}; }
};

Reply take_upload(const Request&) {
    return std::make_unique<Swallow>();
}

/// 40 MB, more than the socket buffers of both sides hold.
Reply large_download(const Request&) {
    static const auto source = [] {
        auto made = std::make_shared<TestSource>();
        for (unsigned i = 0; i < 10; ++i)
            made->add_file(noise(4'000'000, i));
        return made;
    }();
    Answer answer;
    answer.body = std::shared_ptr<const stream::Source>(source);
    return answer;
}

ServerOptions impatient() {
    ServerOptions options;
    options.header_timeout = seconds(1);
    options.idle_timeout = seconds(1);
    options.body_timeout = seconds(1);
    options.stall_timeout = seconds(1);
    return options;
}

template <class Function>
double seconds_of(Function function) {
    const auto begin = Clock::now();
    function();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

TEST(Timeout, EndsAHeadThatComesTooSlowly) {
    TestServer server(hello, impatient());
    TestClient client(server.port());
    // A byte now and then must not put the end off.
    std::thread sending([&] {
        for (const char c : std::string_view("GET / HTTP/1.1\r\nX: abcdefgh")) {
            client.send({&c, 1});
            std::this_thread::sleep_for(milliseconds(100));
        }
    });
    TestResponse response;
    EXPECT_LT(seconds_of([&] { response = client.receive(); }), 2.5);
    EXPECT_EQ(response.status, 408U);
    sending.join();
}

TEST(Timeout, ClosesSilentConnectionsWithoutAWord) {
    TestServer server(hello, impatient());
    TestClient fresh(server.port());
    EXPECT_EQ(fresh.receive_all(), "");
    TestClient used(server.port());
    EXPECT_EQ(used.ask("GET", "/").body, "hello");
    const auto waited = seconds_of([&] { EXPECT_EQ(used.receive_all(), ""); });
    EXPECT_GT(waited, 0.8);
    EXPECT_LT(waited, 2.5);
}

TEST(Timeout, EndsABodyThatStopsComing) {
    TestServer server(take_upload, impatient());
    TestClient client(server.port());
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    EXPECT_EQ(client.receive().status, 408U);
}

TEST(Timeout, SparesABodyThatComesSlowly) {
    TestServer server(take_upload, impatient());
    TestClient client(server.port());
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1500\r\n\r\n");
    for (int i = 0; i < 5; ++i) {
        std::this_thread::sleep_for(milliseconds(600));
        client.send(std::string(300, 'x'));
    }
    EXPECT_EQ(client.receive().status, 200U);
}

TEST(Timeout, EndsABodyThatOnlyTrickles) {
    TestServer server(take_upload, impatient());
    for (const std::string framing : {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
        TestClient client(server.port());
        client.send("PUT / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n");
        pollfd answer{client.descriptor(), POLLIN, 0};
        for (int i = 0; i < 100 && answer.revents == 0; ++i) {
            client.send("1\r\nx\r\n");
            ::poll(&answer, 1, 100);
        }
        EXPECT_EQ(client.receive().status, 408U) << framing;
    }
}

TEST(Timeout, CutsAClientThatReadsNothing) {
    large_download({});  // is made before time counts
    TestServer server(large_download, impatient());
    TestClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    pollfd reset{client.descriptor(), 0, 0};
    EXPECT_LT(seconds_of([&] { EXPECT_EQ(::poll(&reset, 1, 30'000), 1); }), 25.0);
    EXPECT_NE(reset.revents & (POLLERR | POLLHUP), 0);
}

TEST(Timeout, CutsAClientThatOnlyTakesDrops) {
    TestServer server(large_download, impatient());
    TestClient client(server.port());
    const int small = 4 * 1024;
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    pollfd reset{client.descriptor(), 0, 0};
    std::array<char, 16> drop;
    for (int i = 0; i < 250 && reset.revents == 0; ++i) {
        ::recv(client.descriptor(), drop.data(), drop.size(), MSG_DONTWAIT);
        ::poll(&reset, 1, 100);
    }
    EXPECT_NE(reset.revents & (POLLERR | POLLHUP), 0);
}

TEST(Timeout, SparesAClientThatReadsSlowly) {
    TestServer server(large_download, impatient());
    TestClient client(server.port());
    const int small = 64 * 1024;
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    // Too slow for the socket ever to ask for more within a stall time-out.
    std::string bytes(100 * 1024, '\0');
    for (int i = 0; i < 8; ++i) {
        std::this_thread::sleep_for(milliseconds(400));
        ASSERT_GT(::recv(client.descriptor(), bytes.data(), bytes.size(), 0), 0);
    }
    EXPECT_TRUE(client.receive_all().size() > 30'000'000U);
}

TEST(Limit, TellsClientsBeyondItToComeBackLater) {
    ServerOptions options;
    options.connections_max = 2;
    TestServer server(hello, options);
    TestClient first(server.port()), second(server.port());
    EXPECT_EQ(first.ask("GET", "/").status, 200U);
    EXPECT_EQ(second.ask("GET", "/").status, 200U);
    TestClient third(server.port());
    const auto refused = third.ask("GET", "/");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.header("Retry-After"), "2");
    EXPECT_EQ(refused.header("Connection"), "close");
    third.close();
    first.close();
    for (int i = 0; i < 100; ++i) {
        TestClient again(server.port());
        if (again.ask("GET", "/").status == 200) return;
        std::this_thread::sleep_for(milliseconds(20));
    }
    FAIL() << "a place that became free was not given away";
}

TEST(Stop, ClosesIdleConnectionsAndReturns) {
    TestServer server(hello);
    TestClient idle(server.port()), fresh(server.port());
    EXPECT_EQ(idle.ask("GET", "/").body, "hello");
    server.stop(seconds(30));
    EXPECT_LT(seconds_of([&] { server.join(); }), 5.0);
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_THROW(TestClient(server.port()), std::runtime_error);
}

TEST(Stop, LetsARunningAnswerEnd) {
    std::atomic<bool> running = false;
    TestServer server([&](const Request&) -> Reply {
        running = true;
        std::this_thread::sleep_for(milliseconds(500));
        return text("whole");
    });
    TestClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!running)
        std::this_thread::sleep_for(milliseconds(5));
    server.stop(seconds(30));
    const auto response = client.receive();
    EXPECT_EQ(response.body, "whole");
    EXPECT_EQ(response.header("Connection"), "close");
    server.join();
}

TEST(Stop, LetsARunningDownloadEnd) {
    TestServer server(large_download);
    TestClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(milliseconds(200));
    server.stop(seconds(30));
    const auto response = client.receive();
    EXPECT_TRUE(response.whole);
    EXPECT_EQ(response.body.size(), 40'000'000U);
    server.join();
}

TEST(Stop, CutsWhatRunsBeyondTheGrace) {
    large_download({});  // is made before time counts
    TestServer server(large_download);
    TestClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(milliseconds(200));
    server.stop(seconds(1));
    EXPECT_LT(seconds_of([&] { server.join(); }), 3.0);
    EXPECT_FALSE(client.receive().whole);
}

TEST(Stop, MayComeBeforeRun) {
    TestApplication application(hello);
    ServerOptions options;
    options.port = 0;
    Server server(options, application);
    server.stop(seconds(0));
    EXPECT_LT(seconds_of([&] { server.run(); }), 2.0);
}

}  // namespace
}  // namespace larmor::http
