// SPDX-License-Identifier: Apache-2.0
// What the server refuses by itself, byte by byte over real sockets.
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using namespace std::string_literals;

class Refusal : public testing::Test {
protected:
    /// Sends the bytes and expects one answer of that status, then the end.
    void expect(const std::string& bytes, unsigned status) {
        TestClient client(server_.port());
        client.send(bytes);
        const auto response = client.receive();
        EXPECT_EQ(response.status, status) << bytes.substr(0, 200);
        EXPECT_EQ(response.header("Connection"), "close") << bytes.substr(0, 200);
        EXPECT_NE(response.body, "") << bytes.substr(0, 200);
        client.close_sending();
        EXPECT_EQ(client.receive_all(), "") << bytes.substr(0, 200);
    }

    std::atomic<int> handled_ = 0;
    TestServer server_{[this](const Request&) -> Reply {
        ++handled_;
        return Answer{};
    }};
};

TEST_F(Refusal, MeetsEveryMalformedHead) {
    const std::vector<std::string> table = {
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1x\r\nHost: x\r\n\r\n",
        "GET / http/1.1\r\nHost: x\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\x01\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s,
        "GET / HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n"s,
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "\x16\x03\x01\x02\x01",
        "{\"json\": 1}\r\n\r\n",
    };
    for (const auto& bytes : table)
        expect(bytes, 400);
    EXPECT_EQ(handled_, 0);
}

TEST_F(Refusal, MeetsEveryAmbiguousLength) {
    const std::string begin = "POST / HTTP/1.1\r\nHost: x\r\n";
    const std::string smuggled = "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::vector<std::string> table = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding:\r\n",
        "Transfer-Encoding:\x0b"
        "chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: five\r\n",
        "Content-Length:\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Content-Length: 9999999999999999999999999999\r\n",
    };
    for (const auto& headers : table)
        expect(begin + headers + smuggled, 400);
    expect("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + smuggled, 400);
    EXPECT_EQ(handled_, 0);
}

TEST_F(Refusal, MeetsEveryBadTarget) {
    const std::string end = " HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const std::string target :
         {"/%",
          "/%zz",
          "/%00",
          "/..",
          "/a/%2e%2e/b",
          "/%FF",
          "*",
          "nopath",
          "http://other/",
          "https://x/",
          "ftp://x/",
          "/a#b"}) {
        expect("GET " + target + end, 400);
    }
    expect("CONNECT x:443" + end, 400);
    expect("GET /" + std::string(40'000, 'a') + end, 414);
    EXPECT_EQ(handled_, 0);
}

TEST_F(Refusal, HasAStatusOfItsOwnForSomeReasons) {
    expect("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n", 431);
    expect("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(200'000, 'x'), 431);
    expect("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505);
    expect("GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505);
    expect("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    expect("PUT / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417);
    EXPECT_EQ(handled_, 0);
}

TEST_F(Refusal, SparesWhatIsOnlyUnusual) {
    TestClient client(server_.port());
    for (const std::string bytes : {
             "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET http://x/ HTTP/1.1\r\nHost: X\r\n\r\n",
             "GET / HTTP/1.1\r\nHost:\r\n\r\n",
             "GET / HTTP/1.1\r\nhOST:x\r\nX-Empty:\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
             "BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET /%C3%A9?q=[@xsi:type=a]&%zz HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET /\xC3\xA9?\xFF HTTP/1.1\r\nHost: x\r\nX: \xE9\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: x\r\nRange: bananas\r\nIf-Match: ?\r\n\r\n",
             "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
         }) {
        client.send(bytes);
        EXPECT_EQ(client.receive().status, 200U) << bytes;
    }
    EXPECT_EQ(handled_, 10);
}

}  // namespace
}  // namespace larmor::http
