// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::http {
namespace {

using namespace std::string_literals;

using Pairs = std::vector<std::pair<std::string, std::string>>;

RequestHead head_of(const Pairs& pairs, HttpVersion version = HttpVersion::http_1_1) {
    RequestHead head;
    head.method = "GET";
    head.target = "/";
    head.version = version;
    for (const auto& [name, value] : pairs)
        head.headers.add(name, value);
    return head;
}

unsigned status_of(const RequestHead& head) {
    const auto judged = judge_head(head);
    const auto* refusal = std::get_if<Refusal>(&judged);
    return refusal != nullptr ? refusal->status : 200;
}

TEST(RequestHead, RefusesWhatCouldBeFramedInTwoWays) {
    const std::vector<Pairs> table = {
        {},
        {{"Host", "a"}, {"Host", "a"}},
        {{"Host", "a, b"}},
        {{"Host", "a/b"}},
        {{"Host", "user@a"}},
        {{"Host", "a"}, {"Content-Length", "1"}, {"Content-Length", "1"}},
        {{"Host", "a"}, {"Content-Length", "1"}, {"content-length", "2"}},
        {{"Host", "a"}, {"Content-Length", "1, 1"}},
        {{"Host", "a"}, {"Content-Length", ""}},
        {{"Host", "a"}, {"Content-Length", "-1"}},
        {{"Host", "a"}, {"Content-Length", "+1"}},
        {{"Host", "a"}, {"Content-Length", "0x10"}},
        {{"Host", "a"}, {"Content-Length", "1 2"}},
        {{"Host", "a"}, {"Content-Length", "9223372036854775808"}},
        {{"Host", "a"}, {"Content-Length", "99999999999999999999999"}},
        {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}},
        {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
        {{"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}},
        {{"Host", "a"}, {"Transfer-Encoding", "chunked, gzip"}},
        {{"Host", "a"}, {"Transfer-Encoding", "gzip"}},
        {{"Host", "a"}, {"Transfer-Encoding", "identity"}},
        {{"Host", "a"}, {"Transfer-Encoding", "xchunked"}},
        {{"Host", "a"}, {"Transfer-Encoding", ""}},
        {{"Host", "a"}, {"Transfer-Encoding", "chunked;a=b"}},
    };
    for (const auto& pairs : table)
        EXPECT_EQ(status_of(head_of(pairs)), 400U) << pairs.size();
}

TEST(RequestHead, RefusesAnUnknownExpectation) {
    EXPECT_EQ(status_of(head_of({{"Host", "a"}, {"Expect", "tea"}})), 417U);
    EXPECT_EQ(status_of(head_of({{"Host", "a"}, {"Expect", "100-Continue"}})), 200U);
}

TEST(RequestHead, LetsOnlyHttp10GoWithoutAHostOrWithOne) {
    EXPECT_EQ(status_of(head_of({}, HttpVersion::http_1_0)), 200U);
    EXPECT_EQ(status_of(head_of({{"Host", "a"}}, HttpVersion::http_1_0)), 200U);
    EXPECT_EQ(status_of(head_of({{"Transfer-Encoding", "chunked"}}, HttpVersion::http_1_0)), 400U);
}

TEST(RequestHead, KnowsWhereTheBodyEnds) {
    const auto framing = [](const Pairs& more) {
        Pairs pairs = {{"Host", "a:8080"}};
        pairs.insert(pairs.end(), more.begin(), more.end());
        return std::get<Framing>(judge_head(head_of(pairs)));
    };
    EXPECT_FALSE(framing({}).has_body());
    EXPECT_FALSE(framing({{"Content-Length", "0"}}).has_body());
    EXPECT_EQ(framing({{"Content-Length", "5000000000"}}).content_length, 5'000'000'000U);
    EXPECT_TRUE(framing({{"Transfer-Encoding", "Chunked"}}).chunked);
    EXPECT_TRUE(framing({{"Expect", "100-continue"}}).expects_continue);
}

TEST(RequestHead, KnowsWhetherTheConnectionIsKept) {
    const auto kept = [](const std::string& connection, HttpVersion version) {
        const auto judged =
            judge_head(head_of({{"Host", "a"}, {"Connection", connection}}, version));
        return std::get<Framing>(judged).keep_alive;
    };
    EXPECT_TRUE(kept("", HttpVersion::http_1_1));
    EXPECT_TRUE(kept("Upgrade", HttpVersion::http_1_1));
    EXPECT_FALSE(kept("close", HttpVersion::http_1_1));
    EXPECT_FALSE(kept("Upgrade , Close", HttpVersion::http_1_1));
    EXPECT_FALSE(kept("", HttpVersion::http_1_0));
    EXPECT_TRUE(kept("Keep-Alive", HttpVersion::http_1_0));
}

unsigned scan_status(std::string_view bytes) {
    HeadScan scan;
    const auto found = scan.look(bytes);
    const auto* refusal = std::get_if<Refusal>(&found);
    return refusal != nullptr ? refusal->status : 200;
}

TEST(HeadScan, FindsTheEndWhicheverWayTheBytesCome) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto bytes = head + "GET / ";
    HeadScan scan;
    for (std::size_t length = 1; length < head.size(); ++length) {
        EXPECT_EQ(std::get<0>(scan.look(bytes.substr(0, length))), std::nullopt) << length;
    }
    EXPECT_EQ(std::get<0>(scan.look(bytes)), head.size());
}

TEST(HeadScan, RefusesWhatBeastWouldLetPass) {
    const std::vector<std::string> table = {
        "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"s,
        "\x16\x03\x01\x02",
        " GET / HTTP/1.1\r\n",
        "\nGET / HTTP/1.1\r\n",
    };
    for (const auto& bytes : table)
        EXPECT_EQ(scan_status(bytes), 400U) << bytes;
}

TEST(HeadScan, RefusesAHeadOfMoreThan64Kibibytes) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    EXPECT_EQ(scan_status(begin + std::string(65'000, 'x') + "\r\n\r\n"), 200U);
    EXPECT_EQ(scan_status(begin + std::string(66'000, 'x') + "\r\n\r\n"), 431U);
    EXPECT_EQ(scan_status(begin + std::string(66'000, 'x')), 431U);
}

TEST(HeadScan, RefusesAHeadOfMoreThanAThousandLines) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 998; ++i)
        head += "X:\r\n";
    EXPECT_EQ(scan_status(head + "\r\n"), 200U);
    EXPECT_EQ(scan_status(head + "X:\r\n\r\n"), 431U);
}

}  // namespace
}  // namespace larmor::http
