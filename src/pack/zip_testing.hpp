// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "stream/source.hpp"

// Zips as somebody else's program, or somebody's malice, might write them.
namespace larmor::pack {

/// A zip in memory, given out in small pieces.
class TextSource : public stream::Source {
public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::uint64_t length() const override { return text_.size(); }
    std::string etag() const override { return "\"text\""; }
    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to)
        const override {
        EXPECT_LE(from, to);
        EXPECT_LE(to, text_.size());
        return std::make_unique<Pieces>(std::string_view(text_).substr(from, to - from));
    }

private:
    class Pieces : public stream::Segments {
    public:
        explicit Pieces(std::string_view rest) : rest_(rest) {}
        std::optional<stream::Segment> next() override {
            if (rest_.empty()) return {};
            const auto piece = rest_.substr(0, 1000);
            rest_.remove_prefix(piece.size());
            return std::string(piece);
        }

    private:
        std::string_view rest_;
    };

    std::string text_;
};

inline std::shared_ptr<const stream::Source> source_of(std::string text) {
    return std::make_shared<TextSource>(std::move(text));
}

inline std::string number(std::uint64_t value, int width) {
    std::string bytes;
    for (int i = 0; i < width; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    return bytes;
}

inline std::string deflate_raw(const std::string& text) {
    z_stream state{};
    EXPECT_EQ(::deflateInit2(&state, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(::deflateBound(&state, text.size()), '\0');
    state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state.avail_in = static_cast<uInt>(text.size());
    state.next_out = reinterpret_cast<Bytef*>(out.data());
    state.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(::deflate(&state, Z_FINISH), Z_STREAM_END);
    out.resize(state.total_out);
    ::deflateEnd(&state);
    return out;
}

inline std::uint32_t crc_of(const std::string& text) {
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size())
    );
}

/// One member as somebody else's program, or somebody's malice, might write it.
struct Made {
    std::string name = "a.txt";
    std::string bytes;  // as they stand in the zip
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
    unsigned method = 0;
    unsigned flags = 0;
    std::string extra = {};
    std::uint64_t offset = 0;
};

inline Made stored(const std::string& name, const std::string& text) {
    return {.name = name, .bytes = text, .size = text.size(), .crc = crc_of(text)};
}
inline Made deflated(const std::string& name, const std::string& text) {
    auto made = stored(name, text);
    made.bytes = deflate_raw(text);
    made.method = 8;
    return made;
}

inline std::string zip_of(const std::vector<Made>& members, const std::string& before = "") {
    std::string zip = before;
    std::string directory;
    for (const auto& made : members) {
        const auto offset = zip.size() - before.size() + made.offset;
        const auto shared = number(20, 2) + number(made.flags, 2) + number(made.method, 2) +
                            number(0, 4) + number(made.crc, 4) + number(made.bytes.size(), 4) +
                            number(made.size, 4) + number(made.name.size(), 2);
        zip += "PK\3\4" + shared + number(3, 2) + made.name + "xyz" + made.bytes;
        directory += "PK\1\2" + number(20, 2) + shared + number(made.extra.size(), 2) +
                     number(2, 2) + number(0, 8) + number(offset, 4) + made.name + made.extra +
                     "!?";
    }
    const auto at = zip.size() - before.size();
    return zip + directory + "PK\5\6" + number(0, 4) + number(members.size(), 2) +
           number(members.size(), 2) + number(directory.size(), 4) + number(at, 4) + number(0, 2);
}

}  // namespace larmor::pack
