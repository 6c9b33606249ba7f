// SPDX-License-Identifier: Apache-2.0
#include "http/multipart.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using testing::ElementsAre;
using Events = std::vector<std::string>;

/// Writes down what happens; data that comes in pieces is put together.
class Recorder : public PartReader {
public:
    void begin_part(const PartHeader& header) override {
        events.push_back(
            "begin " + header.name + '|' + header.file_name.value_or("(none)") + '|' +
            header.content_type
        );
        data.clear();
    }
    void part_data(std::span<const std::byte> bytes) override {
        EXPECT_FALSE(bytes.empty());
        data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    void end_part() override { events.push_back("end " + data); }

    Events events;
    std::string data;
};

void push(MultipartParser& parser, std::string_view bytes) {
    parser.push(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

Events parse(std::string_view body, std::size_t piece = std::string::npos) {
    Recorder recorder;
    MultipartParser parser("XX", recorder);
    while (!body.empty()) {
        push(parser, body.substr(0, piece));
        body.remove_prefix(std::min(piece, body.size()));
    }
    parser.finish();
    return recorder.events;
}

std::string part(const std::string& disposition, const std::string& data) {
    return "--XX\r\nContent-Disposition: " + disposition + "\r\n\r\n" + data + "\r\n";
}

const std::string end = "--XX--\r\n";

std::vector<std::string> golden_bodies() {
    return {
        end,
        part("form-data; name=\"a\"", "1") + end,
        part("form-data; name=\"a\"", "") + end,
        part("form-data; name=a; filename=\"f.dcm\"", "\r\n--X\r\n--XY\r\r\n\r\n--") +
            part("form-data; name=b", "two\r\n") + end,
        "preamble\r\n--XZ\r\n" + part("form-data; name=a", "x") + "--XX--\r\nepilogue --XX\r\n",
        "--XX \t\r\ncontent-type: image/png\r\nContent-Disposition: form-data; name=\"p\"\r\n"
        "X-Other: 1\r\n\r\n\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"bare\"\r\n\r\n--XX--\r\n",
        "\r\n" + part("form-data; name=binary; filename=n", noise(300)) + end,
    };
}

TEST(Multipart, SeesTheSameWhereverItIsCut) {
    for (const auto& body : golden_bodies()) {
        const auto whole = parse(body);
        EXPECT_EQ(parse(body, 1), whole);
        for (std::size_t at = 1; at < body.size(); ++at) {
            Recorder recorder;
            MultipartParser parser("XX", recorder);
            push(parser, std::string_view(body).substr(0, at));
            push(parser, std::string_view(body).substr(at));
            parser.finish();
            EXPECT_EQ(recorder.events, whole) << "cut at " << at << " of\n" << body;
        }
    }
}

TEST(Multipart, NeverTakesABeginningForTheWhole) {
    for (auto body : golden_bodies()) {
        const auto closing = body.find("--XX--") + 6;
        for (std::size_t length = 0; length < closing; ++length) {
            EXPECT_THROW(parse(body.substr(0, length)), Error) << body.substr(0, length);
        }
    }
}

TEST(Multipart, GivesTheBytesBetweenTheDelimiters) {
    const auto bodies = golden_bodies();
    EXPECT_THAT(parse(bodies[0]), ElementsAre());
    EXPECT_THAT(parse(bodies[1]), ElementsAre("begin a|(none)|", "end 1"));
    EXPECT_THAT(parse(bodies[2]), ElementsAre("begin a|(none)|", "end "));
    EXPECT_THAT(
        parse(bodies[3]),
        ElementsAre(
            "begin a|f.dcm|", "end \r\n--X\r\n--XY\r\r\n\r\n--", "begin b|(none)|", "end two\r\n"
        )
    );
    EXPECT_THAT(parse(bodies[4]), ElementsAre("begin a|(none)|", "end x"));
    EXPECT_THAT(parse(bodies[5]), ElementsAre("begin p|(none)|image/png", "end \r\n\r\n"));
    EXPECT_THAT(parse(bodies[6]), ElementsAre("begin bare|(none)|", "end "));
    EXPECT_THAT(parse(bodies[7]), ElementsAre("begin binary|n|", "end " + noise(300)));
}

TEST(Multipart, ReadsFileNames) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {R"(filename="a.dcm")", "a.dcm"},
        {R"(filename=a.dcm)", "a.dcm"},
        {R"(filename="")", ""},
        {R"(filename="a;b=c.dcm")", "a;b=c.dcm"},
        {R"(filename="a\"b.dcm")", "a\"b.dcm"},
        {R"(filename="C:\dir\a.dcm")", "a.dcm"},
        {R"(filename="C:\\dir\\a.dcm")", "a.dcm"},
        {R"(filename="dir/sub/a.dcm")", "a.dcm"},
        {R"(filename="/etc/passwd")", "passwd"},
        {R"(filename="../..")", ".."},
        {"filename=\"na\xC3\xAFve\"", "na\xC3\xAFve"},
        {R"(FileName="a.dcm")", "a.dcm"},
        {R"(filename="a"; filename="b")", "a"},
        {R"(filename*=UTF-8''na%C3%AFve%20x)", "na\xC3\xAFve x"},
        {R"(filename="plain"; filename*=utf-8'en'better)", "better"},
        {R"(filename*=iso-8859-1''na%EFve)", "na\xC3\xAFve"},
        {R"(filename*=UTF-8''..%2F..%2Fx)", "x"},
    };
    for (const auto& [parameter, name] : table) {
        const auto events = parse(part("form-data; name=f; " + parameter, "") + end);
        EXPECT_EQ(events.front(), "begin f|" + name + '|') << parameter;
    }
}

TEST(Multipart, RefusesMalformedParts) {
    const std::vector<std::string> table = {
        "",
        "--XX\r\n\r\nno headers\r\n" + end,
        "--XX\r\nContent-Type: a/b\r\n\r\nx\r\n" + end,
        "--XX\r\nno colon here\r\n\r\nx\r\n" + end,
        "--XX\r\n: no name\r\n\r\nx\r\n" + end,
        "--XXjunk\r\n" + end,
        "--XX" + std::string(300, ' ') + "\r\n",
        part("attachment; name=a", "x") + end,
        part("form-data", "x") + end,
        part("form-data; filename=a", "x") + end,
        part("form-data; name=\"open", "x") + end,
        part("form-data; name=\"a\" junk; filename=x", "x") + end,
        part("form-data; name=\"a\"; =x", "x") + end,
        part("form-data; name=\"a\"; lonely", "x") + end,
        part("form-data; name=\"a\"; filename=\"\xFF\"", "x") + end,
        part("form-data; name=\"a\"; filename*=UTF-8''%zz", "x") + end,
        part("form-data; name=\"a\"; filename*=UTF-8''%FF", "x") + end,
        part("form-data; name=\"a\"; filename*=UTF-8''%00", "x") + end,
        part("form-data; name=\"a\"; filename*=plain", "x") + end,
        part("form-data; name=\"a\"; filename*=koi8-r''x", "x") + end,
        part("form-data; name=\"a\xFF\"", "x") + end,
        part("form-data; name=a\r\nContent-Disposition: form-data; name=b", "x") + end,
        part("form-data; name=a\r\nContent-Transfer-Encoding: base64", "eA==") + end,
        "--XX\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n" + end,
        "--XX\r\n" +
            [] {
                std::string lines;
                for (int i = 0; i < 2000; ++i)
                    lines += "X-Many: 12345\r\n";
                return lines;
            }() +
            "\r\n" + end,
    };
    for (const auto& body : table) {
        EXPECT_THROW(parse(body), Error) << body.substr(0, 200);
        EXPECT_THROW(parse(body, 1), Error) << body.substr(0, 200);
    }
}

TEST(Multipart, TakesTenThousandPartsAndNoMore) {
    std::string body;
    for (int i = 0; i < 10'000; ++i)
        body += part("form-data; name=a", "");
    EXPECT_EQ(parse(body + end).size(), 20'000U);
    try {
        parse(body + part("form-data; name=a", "") + end);
        ADD_FAILURE() << "one part more was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::too_large);
        EXPECT_THAT(error.what(), testing::HasSubstr("10000 parts"));
    }
}

TEST(Multipart, FindsTheBoundaryOfAForm) {
    const std::vector<std::pair<std::string, std::optional<std::string>>> table = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;Boundary=abc", "abc"},
        {"multipart/form-data; charset=utf-8; boundary=\"a b:c\"", "a b:c"},
        {"multipart/form-data; boundary=----WebKit0+'()_,-./:=?", "----WebKit0+'()_,-./:=?"},
        {"multipart/form-data", std::nullopt},
        {"multipart/form-data; boundary=", std::nullopt},
        {"multipart/form-data; boundary=\"\"", std::nullopt},
        {"multipart/form-data; boundary=\"open", std::nullopt},
        {"multipart/form-data; boundary=\"a \"", std::nullopt},
        {"multipart/form-data; boundary=\"a\nb\"", std::nullopt},
        {"multipart/form-data; boundary=" + std::string(71, 'a'), std::nullopt},
        {"multipart/mixed; boundary=abc", std::nullopt},
        {"application/zip", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& [type, boundary] : table)
        EXPECT_EQ(find_boundary(type), boundary) << type;
}

}  // namespace
}  // namespace larmor::http
