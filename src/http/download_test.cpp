// SPDX-License-Identifier: Apache-2.0
// Answers with a body of known length or in pages, over real sockets.
#include <atomic>
#include <chrono>
#include <future>
#include <random>
#include <thread>

#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr UnixMillis modified = 784'111'777'000;
constexpr auto modified_text = "Sun, 06 Nov 1994 08:49:37 GMT";

TestApplication::Handle serve(std::shared_ptr<const stream::Source> source) {
    return [source](const Request&) -> Reply {
        Answer answer;
        answer.content_type = "application/zip";
        answer.headers.add("Content-Disposition", attachment("MR1.zip"));
        answer.headers.add("ETag", "\"not this one\"");
        answer.last_modified = modified;
        answer.body = source;
        return answer;
    };
}

/// Headers, small files and large ones in turn, about 9 MB.
std::shared_ptr<TestSource> mixed_source() {
    auto source = std::make_shared<TestSource>();
    const std::size_t sizes[] = {100, 70'000, 65'536, 1, 5'000'000, 214'000, 65'535, 3};
    for (unsigned i = 0; i < 24; ++i) {
        source->add_text("header " + std::to_string(i));
        source->add_file(noise(i == 12 ? 200 : sizes[i % 8] / (i > 8 ? 10 : 1) + 1, i));
    }
    return source;
}

std::shared_ptr<TestSource> small_source() {
    auto source = std::make_shared<TestSource>();
    source->add_text("01234");
    source->add_file("56789");
    return source;
}

TEST(Download, SendsEverySegmentInOrder) {
    const auto source = mixed_source();
    TestServer server(serve(source));
    TestClient client(server.port());
    for (int i = 0; i < 3; ++i) {
        const auto response = client.ask("GET", "/");
        EXPECT_EQ(response.status, 200U);
        EXPECT_EQ(response.header("Content-Length"), std::to_string(source->length()));
        EXPECT_EQ(response.header("ETag"), "\"test-etag\"");
        EXPECT_EQ(response.header("Last-Modified"), modified_text);
        EXPECT_EQ(response.header("Accept-Ranges"), "bytes");
        EXPECT_EQ(response.header("Content-Disposition"), "attachment; filename=\"MR1.zip\"");
        EXPECT_TRUE(response.body == source->content());
    }
}

TEST(Download, TellsByHeadWhatGetWouldSend) {
    const auto source = mixed_source();
    TestServer server(serve(source));
    TestClient client(server.port());
    const auto response = client.ask("HEAD", "/", "Range: bytes=0-4\r\n");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.header("Content-Length"), std::to_string(source->length()));
    EXPECT_EQ(response.header("ETag"), "\"test-etag\"");
    EXPECT_EQ(client.ask("HEAD", "/", "If-None-Match: *\r\n").status, 304U);
    EXPECT_EQ(client.pending(), "");
}

TEST(Download, SendsAnyRangeAsACutOfTheWhole) {
    const auto source = mixed_source();
    TestServer server(serve(source));
    TestClient client(server.port());
    std::mt19937_64 random(7);
    for (int i = 0; i < 300; ++i) {
        const auto from = random() % source->length();
        const auto reach = i % 2 == 0 ? 100'000 : source->length();
        const auto last = std::min(from + random() % reach, source->length() - 1);
        const auto range = std::to_string(from) + '-' + std::to_string(last);
        const auto response = client.ask("GET", "/", "Range: bytes=" + range + "\r\n");
        EXPECT_EQ(response.status, 206U);
        EXPECT_EQ(
            response.header("Content-Range"),
            "bytes " + range + '/' + std::to_string(source->length())
        );
        ASSERT_TRUE(response.body == source->content().substr(from, last - from + 1)) << range;
    }
}

/// What the parts of a multipart/byteranges body say they hold, put together.
std::string expected_parts(
    const std::string& content,
    const std::vector<std::pair<std::size_t, std::size_t>>& ranges,
    const std::string& boundary
) {
    std::string body;
    for (const auto& [from, last] : ranges) {
        body += (body.empty() ? "--" : "\r\n--") + boundary;
        body += "\r\nContent-Type: application/zip\r\nContent-Range: bytes " +
                std::to_string(from) + '-' + std::to_string(last) + '/' +
                std::to_string(content.size()) + "\r\n\r\n" + content.substr(from, last - from + 1);
    }
    return body + "\r\n--" + boundary + "--\r\n";
}

TEST(Download, SendsSeveralRangesAsPartsOfExactLength) {
    const auto source = mixed_source();
    TestServer server(serve(source));
    TestClient client(server.port());
    std::mt19937_64 random(11);
    for (int i = 0; i < 200; ++i) {
        std::vector<std::pair<std::size_t, std::size_t>> ranges;
        std::string header = "Range: bytes=";
        for (auto count = 2 + random() % 10; count > 0; --count) {
            const auto from = random() % source->length();
            const auto last = std::min(from + random() % 80'000, source->length() - 1);
            header +=
                (ranges.empty() ? "" : ", ") + std::to_string(from) + '-' + std::to_string(last);
            ranges.emplace_back(from, last);
        }
        const auto response = client.ask("GET", "/", header + "\r\n");
        EXPECT_EQ(response.status, 206U);
        const std::string type = "multipart/byteranges; boundary=";
        ASSERT_THAT(response.header("Content-Type"), StartsWith(type));
        const auto boundary = response.header("Content-Type").substr(type.size());
        ASSERT_TRUE(response.body == expected_parts(source->content(), ranges, boundary)) << header;
        EXPECT_EQ(response.header("Content-Range"), "");
    }
}

TEST(Download, SaysHowLongItIsWhenARangeLiesOutside) {
    TestServer server(serve(small_source()));
    TestClient client(server.port());
    const auto response = client.ask("GET", "/", "Range: bytes=10-\r\n");
    EXPECT_EQ(response.status, 416U);
    EXPECT_EQ(response.header("Content-Range"), "bytes */10");
    EXPECT_EQ(response.header("Content-Disposition"), "");
    EXPECT_EQ(response.header("Content-Type"), "text/plain");
}

TEST(Download, SettlesConditionsAndRanges) {
    struct Case {
        std::string headers;
        unsigned status;
        std::string body;
    };
    const std::vector<Case> table = {
        {"", 200, "0123456789"},
        {"Range: bytes=2-3\r\n", 206, "23"},
        {"Range: bytes=-3\r\n", 206, "789"},
        {"Range: bytes=8-100\r\n", 206, "89"},
        {"Range: bytes=3-2\r\n", 200, "0123456789"},
        {"Range: lines=1-2\r\n", 200, "0123456789"},
        {"Range: bytes=2-3\r\nIf-Range: \"test-etag\"\r\n", 206, "23"},
        {"Range: bytes=2-3\r\nIf-Range: \"other\"\r\n", 200, "0123456789"},
        {"Range: bytes=2-3\r\nIf-Range: W/\"test-etag\"\r\n", 200, "0123456789"},
        {"Range: bytes=2-3\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 200, "0123456789"},
        {"Range: bytes=2-3\r\nIf-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n", 200, "0123456789"},
        {"Range: bytes=10-\r\nIf-Range: \"other\"\r\n", 200, "0123456789"},
        {"If-None-Match: \"test-etag\"\r\n", 304, ""},
        {"If-None-Match: \"test-etag\"\r\nRange: bytes=2-3\r\n", 304, ""},
        {"If-None-Match: \"other\"\r\n", 200, "0123456789"},
        {"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 304, ""},
        {"If-Match: \"other\"\r\n", 412, "what is here now does not meet the condition\n"},
        {"If-Match: \"test-etag\"\r\nRange: bytes=0-0\r\n", 206, "0"},
        {"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n",
         412,
         "what is here now does not meet the condition\n"},
    };
    TestServer server(serve(small_source()));
    TestClient client(server.port());
    for (const auto& [headers, status, body] : table) {
        const auto response = client.ask("GET", "/", headers);
        EXPECT_EQ(response.status, status) << headers;
        EXPECT_EQ(response.body, body) << headers;
        EXPECT_EQ(response.header("ETag"), "\"test-etag\"") << headers;
    }
}

TEST(Download, LeavesLengthAndTypeOutOfA304) {
    TestServer server(serve(small_source()));
    TestClient client(server.port());
    const auto response = client.ask("GET", "/", "If-None-Match: *\r\n");
    EXPECT_EQ(response.header("Content-Length"), "");
    EXPECT_EQ(response.header("Content-Type"), "");
    EXPECT_EQ(response.header("Last-Modified"), modified_text);
}

TEST(Download, AppliesConditionsOnlyToGet) {
    TestServer server(serve(small_source()));
    TestClient client(server.port());
    const auto response = client.ask("POST", "/", "If-None-Match: *\r\nRange: bytes=0-1\r\n");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, "0123456789");
}

TEST(Download, SendsAnEmptySource) {
    TestServer server(serve(std::make_shared<TestSource>()));
    TestClient client(server.port());
    for (int i = 0; i < 2; ++i) {
        const auto response = client.ask("GET", "/");
        EXPECT_EQ(response.status, 200U);
        EXPECT_EQ(response.header("Content-Length"), "0");
    }
    EXPECT_EQ(client.ask("GET", "/", "Range: bytes=0-\r\n").status, 416U);
}

TEST(Download, AnswersAnErrorWhenTheFirstBytesCannotBeHad) {
    auto source = std::make_shared<TestSource>();
    source->add_failure();
    source->add_text("never seen");
    TestServer server(serve(source));
    TestClient client(server.port());
    const auto response = client.ask("GET", "/");
    EXPECT_EQ(response.status, 500U);
    EXPECT_EQ(response.body, "disk is gone");
}

/// More than is read before the first byte is sent.
std::shared_ptr<TestSource> long_source() {
    auto source = std::make_shared<TestSource>();
    for (unsigned i = 0; i < 8; ++i)
        source->add_file(noise(3'000'000, i));
    return source;
}

TEST(Download, BreaksTheConnectionOffWhenTheSourceFailsMidway) {
    auto source = long_source();
    source->add_failure();
    source->add_text("never seen");
    TestServer server(serve(source));
    TestClient client(server.port());
    const auto response = client.ask("GET", "/");
    EXPECT_EQ(response.status, 200U);
    EXPECT_FALSE(response.whole);
    EXPECT_LT(response.body.size(), source->length());
    EXPECT_TRUE(source->content().starts_with(response.body));
    EXPECT_EQ(client.receive_all(), "\x18");
}

/// What a source has told of its files, which only another request's answer sets free again.
struct Report {
    void operator()(bool is_short) {
        ++count;
        if (is_short) ++shorts;
        begun.set_value();
        was_released =
            release.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    }
    std::atomic<int> count = 0, shorts = 0;
    std::atomic<bool> was_released = false;
    std::promise<void> begun, release;
};

/// `/file` is the source, everything else a word.
TestApplication::Handle serve_beside_a_word(std::shared_ptr<const stream::Source> source) {
    return [serve_file = serve(std::move(source))](const Request& request) -> Reply {
        if (request.target.text == "/file") return serve_file(request);
        Answer answer;
        answer.body = std::string("word");
        return answer;
    };
}

enum class CutAt { the_end_before, the_beginning_while_sending };

/// Asks for a file that is cut, and expects one report, told on no loop, and the end of the
/// connection.
void expect_one_report(CutAt cut) {
    auto source = std::make_shared<TestSource>();
    source->add_file(noise(40'000'000));
    Report report;
    source->watch([&](bool is_short) { report(is_short); });
    if (cut == CutAt::the_end_before) source->truncate_file(39'999'999);
    ServerOptions options;
    options.loop_threads = 1;
    TestServer server(serve_beside_a_word(source), options);
    TestClient client(server.port());
    client.send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
    if (cut == CutAt::the_beginning_while_sending) {
        // Until both sides' buffers are full and the batch after that stands ready.
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        source->truncate_file(0);
    }
    TestResponse response;
    std::thread receiving([&] { response = client.receive(); });
    EXPECT_EQ(
        report.begun.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready
    );
    EXPECT_EQ(TestClient(server.port()).ask("GET", "/word").body, "word");
    report.release.set_value();
    receiving.join();
    EXPECT_EQ(response.status, 200U);
    EXPECT_FALSE(response.whole);
    EXPECT_TRUE(source->content().starts_with(response.body));
    EXPECT_EQ(client.receive_all(), "\x18");
    EXPECT_EQ(report.count, 1);
    EXPECT_EQ(report.shorts, 1);
    EXPECT_TRUE(report.was_released);
}

TEST(Download, TellsOfAFileThatIsFoundShortWhileReadingAhead) {
    expect_one_report(CutAt::the_end_before);
}

TEST(Download, TellsOfAFileThatIsCutWhileItIsSent) {
    expect_one_report(CutAt::the_beginning_while_sending);
}

TEST(Download, BreaksTheConnectionOffWhenTheBodyIsShorterThanPromised) {
    auto source = long_source();
    source->promise_more(1);
    TestServer server(serve(source));
    TestClient client(server.port());
    EXPECT_FALSE(client.ask("GET", "/").whole);
}

TEST(Download, GoesOnWhenAnotherClientLeaves) {
    const auto source = long_source();
    TestServer server(serve(source));
    for (int i = 0; i < 5; ++i) {
        TestClient leaving(server.port());
        leaving.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        char byte = 0;
        EXPECT_EQ(::recv(leaving.descriptor(), &byte, 1, 0), 1);
    }
    TestClient client(server.port());
    EXPECT_TRUE(client.ask("GET", "/").body == source->content());
}

TEST(Download, ServesManyAtOnce) {
    const auto source = long_source();
    TestServer server(serve(source));
    std::atomic<int> whole = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            TestClient client(server.port());
            if (client.ask("GET", "/").body == source->content()) ++whole;
        });
    }
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(whole, 8);
}

/// Gives its pages one by one, then fails or ends.
class TestPages : public stream::Pages {
public:
    explicit TestPages(std::vector<std::string> pages, bool fails)
        : pages_(std::move(pages)), fails_(fails) {}

    std::string next() override {
        if (position_ < pages_.size()) return pages_[position_++];
        if (fails_) throw Error(ErrorKind::unavailable, "the catalog is gone");
        return {};
    }

private:
    std::vector<std::string> pages_;
    bool fails_;
    std::size_t position_ = 0;
};

TestApplication::Handle serve_pages(std::vector<std::string> pages, bool fails = false) {
    return [=](const Request&) -> Reply {
        Answer answer;
        answer.body = std::make_unique<TestPages>(pages, fails);
        return answer;
    };
}

TEST(Pages, AreSentInChunks) {
    const std::vector<std::string> pages = {"one", noise(100'000), "two", noise(300'000, 2)};
    TestServer server(serve_pages(pages));
    TestClient client(server.port());
    for (int i = 0; i < 2; ++i) {
        const auto response = client.ask("GET", "/");
        EXPECT_EQ(response.header("Transfer-Encoding"), "chunked");
        EXPECT_EQ(response.header("Content-Length"), "");
        EXPECT_TRUE(response.body == join(pages, ""));
        EXPECT_TRUE(response.whole);
    }
}

TEST(Pages, HaveALengthWhenThereIsOnlyOne) {
    TestServer server(serve_pages({"only"}));
    TestClient client(server.port());
    const auto response = client.ask("GET", "/");
    EXPECT_EQ(response.header("Content-Length"), "4");
    EXPECT_EQ(response.body, "only");
    TestServer empty(serve_pages({}));
    EXPECT_EQ(TestClient(empty.port()).ask("GET", "/").header("Content-Length"), "0");
}

TEST(Pages, EndWithTheConnectionForHttp10) {
    TestServer server(serve_pages({"one", "two", "three"}));
    TestClient client(server.port());
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto response = client.receive();
    EXPECT_EQ(response.header("Transfer-Encoding"), "");
    EXPECT_EQ(response.header("Connection"), "close");
    EXPECT_EQ(response.body, "onetwothree");
}

TEST(Pages, AreBrokenOffWhenAPageFails) {
    TestServer server(serve_pages({noise(200'000), noise(200'000, 2)}, true));
    TestClient client(server.port());
    EXPECT_FALSE(client.ask("GET", "/").whole);
    EXPECT_EQ(client.receive_all(), "\x18");
    TestServer at_once(serve_pages({}, true));
    EXPECT_EQ(TestClient(at_once.port()).ask("GET", "/").status, 500U);
}

TEST(Pages, SendNoBodyForHead) {
    TestServer server(serve_pages({"one", "two"}));
    TestClient client(server.port());
    EXPECT_EQ(client.ask("HEAD", "/").header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(client.ask("HEAD", "/").status, 200U);
    EXPECT_EQ(client.pending(), "");
}

}  // namespace
}  // namespace larmor::http
