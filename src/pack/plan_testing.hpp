// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.hpp"
#include "pack/plan.hpp"

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

using SharedPlan = std::shared_ptr<const stream::Source>;

inline SharedPlan plan_of(ArchiveFormat format, std::vector<Entry> entries, ReadContent read) {
    return plan_archive(format, std::make_shared<EntryList>(std::move(entries)), std::move(read));
}
inline SharedPlan plan_zip(std::vector<Entry> entries, ReadContent read) {
    return plan_of(ArchiveFormat::zip, std::move(entries), std::move(read));
}

/// Contents that are holes, for archives too large to be read.
inline SharedPlan plan_of_holes(ArchiveFormat format, std::vector<Entry> entries) {
    return plan_of(format, std::move(entries), [](auto, auto from, auto to) -> stream::Segment {
        return stream::FileSlice{.file = sparse_file(to), .offset = from, .length = to - from};
    });
}

inline std::uint32_t crc32_of(std::string_view text) {
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size())
    );
}

/// Entries whose contents are texts; every other one is read from a file.
class TextMembers {
public:
    void add(const std::string& name, std::string text) {
        Entry entry{.name = name, .size = text.size(), .content = texts_.size()};
        entry.crc32 = crc32_of(text);
        Sha256 hash;
        hash.push(text);
        entry.sha256 = hash.finish();
        entries.push_back(entry);
        texts_.push_back(std::move(text));
    }

    SharedPlan plan(ArchiveFormat format = ArchiveFormat::zip) const {
        return plan_of(format, entries, [this](auto content, auto from, auto to) {
            return read(content, from, to);
        });
    }

    std::vector<Entry> entries;

private:
    stream::Segment read(std::uint64_t content, std::uint64_t from, std::uint64_t to) const {
        EXPECT_LT(from, to);
        const std::string& text = texts_.at(content);
        if (content % 2 == 0) return text.substr(from, to - from);
        const auto file = sparse_file(0);
        EXPECT_EQ(::pwrite(file->get(), text.data(), text.size(), 0), ssize_t(text.size()));
        return stream::FileSlice{.file = file, .offset = from, .length = to - from};
    }

    std::vector<std::string> texts_;
};

/// The members of the golden archives.
inline TextMembers tiny() {
    TextMembers members;
    members.add("MR1/scans/1-T1/resources/DICOM/files/1.dcm", "first slice");
    members.add("MR1/scans/1-T1/resources/DICOM/files/empty", "");
    members.add("MR1/scans/1-T1/resources/NOTES/files/für Ärzte.txt", "Größe");
    return members;
}

/// Between none and 200 members of random lengths, many of them empty.
inline TextMembers random_members(std::mt19937& random, std::size_t length_max) {
    TextMembers members;
    const auto count = random() % 3 == 0 ? random() % 201 : random() % 41;
    for (unsigned i = 0; i < count; ++i) {
        const std::string name = std::to_string(i) + std::string(random() % 300, 'n');
        std::string text(random() % 3 == 0 ? 0 : random() % length_max, '\0');
        for (char& byte : text)
            byte = static_cast<char>(random());
        members.add(name, text);
    }
    return members;
}

/// Asserts that any range of random plans is that part of the whole.
inline void expect_any_range(ArchiveFormat format, std::size_t length_max, int rounds) {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same plans every time
    for (int round = 0; round < rounds; ++round) {
        const auto members = random_members(random, length_max);
        const auto plan = members.plan(format);
        const auto whole = read_all(*plan);
        ASSERT_EQ(whole.size(), plan->length());
        for (int i = 0; i < 50; ++i) {
            const auto from = random() % (whole.size() + 1);
            const auto to = from + random() % (whole.size() - from + 1);
            ASSERT_EQ(read_range(*plan, from, to), whole.substr(from, to - from));
        }
    }
}

/// Lines of 16 bytes; `* N` stands for N more of the line before.
inline std::string in_lines_of_hex(std::string_view bytes) {
    std::string lines;
    std::string_view last;
    std::size_t repeated = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        const auto line = bytes.substr(at, 16);
        if (line == last) {
            ++repeated;
            continue;
        }
        if (repeated > 0) lines += "* " + std::to_string(repeated) + "\n";
        repeated = 0;
        last = line;
        lines +=
            digest_to_hex({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()}) + "\n";
    }
    return repeated > 0 ? lines + "* " + std::to_string(repeated) + "\n" : lines;
}

inline std::string sha256_of(std::string_view bytes) {
    Sha256 hash;
    hash.push(bytes);
    return digest_to_hex(hash.finish());
}

/// The golden file; written anew with LARMOR_ACCEPT=1 in the environment.
inline std::string golden(const std::string& path, const std::string& actual) {
    if (std::getenv("LARMOR_ACCEPT") != nullptr) std::ofstream(path) << actual;
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace larmor::pack
