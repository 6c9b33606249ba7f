// SPDX-License-Identifier: Apache-2.0
#include "api/manifests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::api {
namespace {

using archive::ManifestMember;
using testing::HasSubstr;

std::unique_ptr<const archive::ManifestStyle> style_of(
    const std::string& format, const http::Request& request = {}
) {
    const auto* found = find_manifest_format(http::parse_query("format=" + format));
    return found == nullptr ? nullptr : found->make_style(request);
}

http::Request request_to(const std::string& host, const std::string& forwarded = "") {
    http::Request request;
    if (!host.empty()) request.headers.add("Host", host);
    if (!forwarded.empty()) request.headers.add("X-Forwarded-Proto", forwarded);
    return request;
}

ManifestMember member(const std::string& name) {
    ManifestMember result{.name = name, .digest = {.size = 5, .crc32 = 0x0A1B2C3D}, .uri = "/f"};
    result.digest.md5.fill(0x11);
    result.digest.sha256.fill(0x22);
    return result;
}

const std::string md5(32, '1');
const std::string sha256(64, '2');

std::string metalink_line(const std::string& name, const std::string& uri) {
    auto one = member(name);
    one.uri = uri;
    return style_of("meta4", request_to("host:80"))->member(one);
}

template <class Function>
std::optional<ErrorKind> error_of(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return error.kind();
    }
    return {};
}

}  // namespace

TEST(ManifestFormat, IsFoundByItsNames) {
    for (const auto* name :
         {"manifest", "md5sum", "SHA256SUM", "meta4", "application/metalink4%2Bxml"})
        EXPECT_TRUE(style_of(name, request_to("h"))) << name;
    for (const auto* name : {"", "md5", "json", "application/json", "text/plain; charset=utf-8"})
        EXPECT_FALSE(style_of(name)) << name;
    EXPECT_EQ(find_manifest_format({}), nullptr);
}

TEST(ChecksumLines, AreThoseOfCoreutils) {
    EXPECT_EQ(style_of("md5sum")->member(member("a b/*ä")), md5 + "  a b/*ä\n");
    EXPECT_EQ(style_of("sha256sum")->member(member("-a")), sha256 + "  -a\n");
}

TEST(ChecksumLines, OfNamesThatBreakALineAreEscaped) {
    EXPECT_EQ(style_of("md5sum")->member(member("a\nb")), "\\" + md5 + "  a\\nb\n");
    EXPECT_EQ(style_of("md5sum")->member(member("a\r")), "\\" + md5 + "  a\\r\n");
    EXPECT_EQ(style_of("sha256sum")->member(member("a\\n")), "\\" + sha256 + "  a\\\\n\n");
}

TEST(JsonManifest, TellsEveryHash) {
    const auto style = style_of("manifest");
    auto one = member("a\"\n");
    one.is_first = true;
    const auto text = style->member(one);
    EXPECT_EQ(
        text,
        "\n"
        R"({"name":"a\"\n","size":5,"crc32":"0a1b2c3d","md5":")" +
            md5 + R"(","sha256":")" + sha256 + R"(","uri":"/f"})"
    );
    EXPECT_EQ(style->member(member("b")).front(), ',');
    EXPECT_EQ(
        style->begin({.name = "MR1", .hash = "ab", .files = 2, .bytes = 10}),
        R"({"name":"MR1","etag_manifest":"ab","files":2,"bytes":10,"entries":[)"
    );
}

TEST(Metalink, HasNameSizeHashAndAddressOfEachFile) {
    EXPECT_EQ(
        metalink_line("a/<&\">'", "/data/a b+ä%3F"),
        "<file name=\"a/&lt;&amp;&quot;&gt;'\"><size>5</size><hash type=\"sha-256\">" + sha256 +
            "</hash><url>http://host:80/data/a%20b%2B%C3%A4%3F</url></file>\n"
    );
}

TEST(Metalink, RefusesNamesThatXmlOrItsReadersCannotHold) {
    for (const auto* name : {"a\nb", "a\tb", "a\x01", "a\x7F", "a\xEF\xBF\xBE"})
        EXPECT_EQ(error_of([&] { metalink_line(name, "/f"); }), ErrorKind::unprocessable) << name;
}

TEST(Metalink, TakesSchemeAndHostOfTheRequest) {
    const auto origin = [](const std::string& host, const std::string& forwarded = "") {
        return style_of("meta4", request_to(host, forwarded))->addresses();
    };
    EXPECT_EQ(origin("[::1]:8080"), "http://[::1]:8080");
    EXPECT_EQ(origin("xnat.example.org", "https"), "https://xnat.example.org");
    EXPECT_EQ(origin("h", "HTTPS , http"), "https://h");
    EXPECT_EQ(origin("h", "http, https"), "http://h");
    EXPECT_EQ(origin("h", ","), "http://h");
    EXPECT_EQ(origin("h", "javascript"), "http://h");
    for (const auto* host : {"", "h/evil", "user@h", "h\"", "h?", "a b", "h<", "ä"})
        EXPECT_EQ(error_of([&] { origin(host); }), ErrorKind::invalid_argument) << host;
}

}  // namespace larmor::api
