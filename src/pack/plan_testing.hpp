// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.hpp"
#include "pack/zip.hpp"

// For tests: entries made from texts, and plans read back.
namespace larmor::pack {

inline std::uint64_t length_of(const stream::Segment& segment) {
    if (const auto* text = std::get_if<std::string>(&segment)) return text->size();
    return std::get<stream::FileSlice>(segment).length;
}

inline std::string bytes_of(const stream::Segment& segment) {
    if (const auto* text = std::get_if<std::string>(&segment)) return *text;
    const auto& slice = std::get<stream::FileSlice>(segment);
    std::string bytes(slice.length, '\0');
    const auto offset = static_cast<off_t>(slice.offset);
    EXPECT_EQ(
        ::pread(slice.file->get(), bytes.data(), bytes.size(), offset),
        static_cast<ssize_t>(bytes.size())
    );
    return bytes;
}

/// The bytes [from, to) as a sender would send them.
inline std::string read_range(const stream::Source& source, std::uint64_t from, std::uint64_t to) {
    std::string bytes;
    const auto walk = source.segments(from, to);
    while (const auto segment = walk->next()) {
        EXPECT_GT(length_of(*segment), 0U);
        bytes += bytes_of(*segment);
    }
    EXPECT_FALSE(walk->next());
    return bytes;
}

inline std::string read_all(const stream::Source& source) {
    return read_range(source, 0, source.length());
}

inline std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
    }
    return value;
}

/// An empty file of any length that takes no room.
inline std::shared_ptr<const FileDescriptor> sparse_file(std::uint64_t length) {
    auto file = std::make_shared<FileDescriptor>(::memfd_create("sparse", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(file->get(), static_cast<off_t>(length)), 0);
    return file;
}

/// Entries whose contents are texts; every other one is read from a file.
class TextMembers {
public:
    void add(const std::string& name, std::string text) {
        Entry entry{.name = name, .size = text.size(), .content = texts_.size()};
        entry.crc32 = static_cast<std::uint32_t>(
            ::crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size())
        );
        Sha256 hash;
        hash.push(text);
        entry.sha256 = hash.finish();
        entries.push_back(entry);
        texts_.push_back(std::move(text));
    }

    std::shared_ptr<const stream::Source> plan() const {
        return plan_zip(entries, [this](auto content, auto from, auto to) -> stream::Segment {
            EXPECT_LT(from, to);
            const std::string& text = texts_.at(content);
            if (content % 2 == 0) return text.substr(from, to - from);
            const auto file = sparse_file(0);
            EXPECT_EQ(::pwrite(file->get(), text.data(), text.size(), 0), ssize_t(text.size()));
            return stream::FileSlice{.file = file, .offset = from, .length = to - from};
        });
    }

    std::vector<Entry> entries;

private:
    std::vector<std::string> texts_;
};

}  // namespace larmor::pack
