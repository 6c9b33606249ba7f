// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace larmor::http {
namespace {

using Progress = RequestReader::Progress;

void give(RequestReader& reader, std::string_view bytes) {
    std::ranges::copy(bytes, reader.space().begin());
    reader.received(bytes.size());
}

/// The body of a chunked request whose body comes in pieces; `refused` when it is.
std::string read_chunks(const std::vector<std::string_view>& pieces) {
    RequestReader reader;
    give(reader, "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(reader.read_head(), Progress::complete);
    std::string body;
    for (const auto piece : pieces) {
        give(reader, piece);
        std::array<std::byte, 1000> room;
        const auto read = reader.read_body(room);
        body.append(reinterpret_cast<const char*>(room.data()), read.count);
        if (read.progress == Progress::refused) return "refused";
    }
    EXPECT_TRUE(reader.is_body_complete());
    EXPECT_FALSE(reader.has_bytes());
    return body;
}

TEST(RequestReader, ReadsChunksCutAnywhere) {
    const std::vector<std::pair<std::string_view, std::string_view>> table = {
        {"0\r\n\r\n", ""},
        {"000\r\n\r\n", ""},
        {"0;x=y\r\n\r\n", ""},
        {"0\r\nA: b\r\n\r\n", ""},
        {"1\r\n0\r\n0\r\n\r\n", "0"},
        {"5\r\n0\r\n0\r\r\n0\r\n\r\n", "0\r\n0\r"},
        {"3\r\nabc\r\n2;x\r\nde\r\n0\r\nA: b\r\n\r\n", "abcde"},
    };
    for (const auto& [bytes, body] : table) {
        std::vector<std::string_view> single;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            EXPECT_EQ(read_chunks({bytes.substr(0, i), bytes.substr(i)}), body) << bytes << i;
            single.push_back(bytes.substr(i, 1));
        }
        EXPECT_EQ(read_chunks(single), body) << bytes;
    }
}

TEST(RequestReader, KeepsNoBytesOfAChunkBack) {
    RequestReader reader;
    give(reader, "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(reader.read_head(), Progress::complete);
    std::array<std::byte, 10> room;
    give(reader, "5\r\n000");
    EXPECT_EQ(reader.read_body(room).count, 3U);
    give(reader, "0");
    EXPECT_EQ(reader.read_body(room).count, 1U);
}

TEST(RequestReader, RefusesWhatOnlyBeginsLikeTheLastChunk) {
    EXPECT_EQ(read_chunks({"0", "\r\n", "\n", "x: y\r\n\r\n"}), "refused");
    EXPECT_EQ(read_chunks({"0", "x", "5", "\r\nhello\r\n\r\n"}), "refused");
}

}  // namespace
}  // namespace larmor::http
