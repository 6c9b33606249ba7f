// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using testing::HasSubstr;

Reply text(std::string body, unsigned status = 200) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

Reply echo_target(const Request& request) {
    return text(request.method + ' ' + request.target.text);
}

TEST(Server, AnswersOneRequestAfterTheOtherOnOneConnection) {
    TestServer server(echo_target);
    TestClient client(server.port());
    for (int i = 0; i < 50; ++i) {
        const auto response = client.ask("GET", "/a" + std::to_string(i));
        EXPECT_EQ(response.status, 200U);
        EXPECT_EQ(response.body, "GET /a" + std::to_string(i));
        EXPECT_EQ(response.header("Connection"), "");
    }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    TestServer server(echo_target);
    TestClient client(server.port());
    std::string requests;
    for (int i = 0; i < 100; ++i) {
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    client.send(requests);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(client.receive().body, "GET /" + std::to_string(i));
}

TEST(Server, AnswersARequestThatComesByteByByte) {
    TestServer server(echo_target);
    TestClient client(server.port());
    for (const char c : std::string_view("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) {
        client.send({&c, 1});
    }
    EXPECT_EQ(client.receive().body, "GET /slow");
}

TEST(Server, NamesItselfTheDateTheTypeAndTheRequest) {
    TestServer server(echo_target);
    TestClient client(server.port());
    const auto response = client.ask("GET", "/");
    EXPECT_EQ(response.header("Server"), "Larmor");
    EXPECT_EQ(response.header("Content-Type"), "text/plain");
    EXPECT_THAT(response.header("Date"), HasSubstr("GMT"));
    EXPECT_NE(response.header("X-Request-Id"), "");
    EXPECT_NE(response.header("X-Request-Id"), client.ask("GET", "/").header("X-Request-Id"));
}

std::size_t count_of(const TestResponse& response, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(
        response.headers.all(),
        [&](const Header& header) { return equals_ignoring_case(header.name, name); }
    ));
}

TEST(Server, TellsBrowsersOnceInEveryAnswerNotToGuessTheType) {
    TestServer server([](const Request& request) -> Reply {
        if (request.target.text == "/fails") throw Error(ErrorKind::invalid_argument, "no");
        Answer answer;
        answer.headers.add("x-content-type-options", "nosniff");
        return answer;
    });
    TestClient client(server.port());
    const std::string_view targets[] = {"/sets-it-too", "/fails", "/%zz"};
    for (const auto target : targets) {
        const auto response = client.ask("GET", target);
        EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff") << target;
        EXPECT_EQ(count_of(response, "X-Content-Type-Options"), 1U) << target;
    }
}

TEST(Server, AnswersHeadAsGetWithoutItsBody) {
    TestServer server([](const Request& request) -> Reply {
        EXPECT_TRUE(request.is_head);
        return text(request.method + " of ten bytes");
    });
    TestClient client(server.port());
    for (int i = 0; i < 2; ++i) {
        const auto response = client.ask("HEAD", "/");
        EXPECT_EQ(response.status, 200U);
        EXPECT_EQ(response.header("Content-Length"), "16");
        EXPECT_EQ(client.pending(), "");
    }
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
    TestServer server(echo_target);
    TestClient client(server.port());
    const auto response = client.ask("GET", "/", "Connection: close\r\n");
    EXPECT_EQ(response.header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, SpeaksHttp10) {
    TestServer server(echo_target);
    TestClient client(server.port());
    client.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.receive().header("Connection"), "keep-alive");
    client.send("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.receive().header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, LetsTheApplicationAnswerWhatItThrows) {
    TestServer server([](const Request&) -> Reply {
        throw Error(ErrorKind::invalid_argument, "no project 'demo'");
    });
    TestClient client(server.port());
    const auto response = client.ask("GET", "/");
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(response.body, "no project 'demo'");
    EXPECT_EQ(client.ask("GET", "/").status, 400U);
}

TEST(Server, NeverLetsAHeaderValueBeginANewLine) {
    TestServer server([](const Request&) -> Reply {
        Answer answer;
        answer.headers.add("X-Name", "a\r\nSet-Cookie: stolen=1\nb\x01");
        answer.headers.add("Bad Name", "x");
        answer.headers.add("Content-Length", "5");
        answer.content_type = "text/plain\r\nX-Evil: 1";
        return answer;
    });
    TestClient client(server.port());
    const auto response = client.ask("GET", "/");
    EXPECT_EQ(response.header("X-Name"), "a  Set-Cookie: stolen=1 b");
    EXPECT_EQ(response.header("Set-Cookie"), "");
    EXPECT_EQ(response.header("X-Evil"), "");
    EXPECT_EQ(response.header("Content-Length"), "0");
}

std::vector<std::string> request_lines(const std::string& log) {
    std::vector<std::string> lines;
    for (const auto line : split(log, '\n')) {
        if (line.find(" request id=") != std::string_view::npos) lines.emplace_back(line);
    }
    return lines;
}

TEST(Server, LogsEveryRequestInOneLine) {
    testing::internal::CaptureStderr();
    {
        TestServer server([](const Request&) -> Reply {
            Answer answer;
            answer.body = std::string("12345");
            answer.user = "anna";
            return answer;
        });
        TestClient client(server.port());
        client.ask("HEAD", "/a?token=hush&x=1");
        client.ask("GET", "/b", "Connection: close\r\n");
        TestClient(server.port()).ask("GET", "/..");
        TestClient(server.port()).send("GET /vanish");
        TestClient(server.port()).ask("GET", "/c");
        server.stop(std::chrono::seconds(10));
        server.join();
    }
    auto lines = request_lines(testing::internal::GetCapturedStderr());
    std::ranges::sort(lines, {}, [](const std::string& line) {
        return line.substr(line.find("user="));
    });
    ASSERT_EQ(lines.size(), 5U);
    EXPECT_THAT(lines[0], HasSubstr("user=- method=- path=\"\" status=499 bytes=0"));
    EXPECT_THAT(lines[0], HasSubstr("remote=127.0.0.1 end=\"client gone\""));
    EXPECT_THAT(lines[1], HasSubstr("user=- method=GET path=/.. status=400"));
    EXPECT_THAT(lines[2], HasSubstr("user=anna method=GET path=/b status=200 bytes=5 ms="));
    EXPECT_THAT(lines[3], HasSubstr("user=anna method=GET path=/c status=200 bytes=5 ms="));
    EXPECT_THAT(lines[4], HasSubstr("method=HEAD path=\"/a?token=***&x=1\" status=200 bytes=0"));
}

TEST(Server, NamesTheAddressItCannotListenOn) {
    TestServer first(echo_target);
    ServerOptions options;
    options.port = first.port();
    TestApplication application(echo_target);
    try {
        Server second(options, application);
        FAIL() << "two servers on one port";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:" + std::to_string(first.port())));
    }
}

}  // namespace
}  // namespace larmor::http
