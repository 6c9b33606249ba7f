// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_reader.hpp"

#include <cstdlib>
#include <random>

#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::pack {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A file without a name, with these bytes.
stream::FileSlice file_of(std::string_view bytes) {
    std::string path = testing::TempDir() + "archive-XXXXXX";
    auto file = std::make_shared<FileDescriptor>(::mkstemp(path.data()));
    ::unlink(path.c_str());
    EXPECT_EQ(::write(file->get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    return {.file = std::move(file), .offset = 0, .length = bytes.size()};
}

std::string noise(std::size_t size) {
    std::mt19937 dice(1);
    std::string text(size, '\0');
    for (auto& byte : text)
        byte = static_cast<char>(dice());
    return text;
}

struct Made {
    std::string name;
    std::string content;
    mode_t type = AE_IFREG;
};

/// An archive as libarchive writes it.
std::string make(int format, int filter, const std::vector<Made>& members) {
    std::string bytes(16U << 20U, '\0');
    std::size_t used = 0;
    auto* out = archive_write_new();
    archive_write_set_format(out, format);
    archive_write_add_filter(out, filter);
    archive_write_set_bytes_in_last_block(out, 1);
    EXPECT_EQ(archive_write_open_memory(out, bytes.data(), bytes.size(), &used), ARCHIVE_OK);
    for (const auto& member : members) {
        auto* entry = archive_entry_new();
        archive_entry_set_pathname(entry, member.name.c_str());
        archive_entry_set_filetype(entry, member.type);
        archive_entry_set_perm(entry, 0644);
        if (member.type == AE_IFREG) {
            archive_entry_set_size(entry, static_cast<la_int64_t>(member.content.size()));
        }
        if (member.type == AE_IFLNK) archive_entry_set_symlink(entry, "../target");
        EXPECT_EQ(archive_write_header(out, entry), ARCHIVE_OK) << archive_error_string(out);
        archive_write_data(out, member.content.data(), member.content.size());
        archive_entry_free(entry);
    }
    archive_write_free(out);
    bytes.resize(used);
    return bytes;
}

std::string make_zip(const std::vector<Made>& members) {
    return make(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, members);
}
std::string make_tar(const std::vector<Made>& members) {
    return make(ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE, members);
}
std::string make_tar_gz(const std::vector<Made>& members) {
    return make(ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_GZIP, members);
}
std::string make_gzip(const std::string& content) {
    return make(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, {{"data", content}});
}

using Contents = std::vector<std::pair<std::string, std::string>>;

/// Names and contents of the files; of anything else its name and kind.
Contents read_all(
    std::string_view bytes, const std::string& name, const UnpackLimits& limits = {}
) {
    UnpackBudget budget(limits, bytes.size());
    const auto reader = open_archive(file_of(bytes), name, budget);
    if (!reader) return {{"no archive", ""}};
    Contents found;
    while (const auto member = reader->next()) {
        std::string content(member->kind == MemberKind::folder ? "folder" : member->word);
        while (member->kind == MemberKind::file) {
            const auto block = reader->read();
            if (block.empty()) break;
            content.append(reinterpret_cast<const char*>(block.data()), block.size());
        }
        found.emplace_back(member->name, std::move(content));
    }
    return found;
}

Error error_of(std::string_view bytes, const std::string& name, const UnpackLimits& limits = {}) {
    try {
        read_all(bytes, name, limits);
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << name << " was taken";
    return {ErrorKind::conflict, ""};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

const std::vector<Made>& members() {
    static const std::vector<Made> all = {
        {"a.dcm", "content"},
        {"sub", "", AE_IFDIR},
        {"sub/\u00E9", noise(700'000)},
        {"link", "", AE_IFLNK},
        {"empty", ""}};
    return all;
}

Contents expected() {
    return {
        {"a.dcm", "content"},
        {"sub/", "folder"},
        {"sub/\u00E9", noise(700'000)},
        {"link", "symbolic link"},
        {"empty", ""}};
}

}  // namespace

TEST(ArchiveReader, ReadsZipTarAndTarInGzip) {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // for the names that libarchive writes
    EXPECT_EQ(read_all(make_zip(members()), "a.zip"), expected());
    EXPECT_EQ(read_all(make_tar(members()), "a.tar"), expected());
    EXPECT_EQ(read_all(make_tar_gz(members()), "a.tgz"), expected());
    EXPECT_EQ(
        read_all(make(ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE, members()), "a"), expected()
    );
}

TEST(ArchiveReader, DoesNotDependOnTheLocale) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    const std::vector<Made> odd = {{"\u540D\u524D", "x"}, {"e\u0301", "decomposed"}};
    const std::vector<std::string> made = {make_zip(odd), make_tar(odd)};
    for (const auto* locale : {"C", "C.UTF-8"}) {
        std::setlocale(LC_CTYPE, locale);
        for (const auto& bytes : made) {
            EXPECT_THAT(
                read_all(bytes, "a"),
                ElementsAre(std::pair("\u540D\u524D", "x"), std::pair("e\u0301", "decomposed"))
            ) << locale;
        }
    }
}

TEST(ArchiveReader, TellsTheFormByContentWhateverTheName) {
    for (const auto* name : {"a.zip", "a.tar", "a.tgz", "a", "a.dcm"}) {
        EXPECT_EQ(read_all(make_zip({{"a", "x"}}), name), (Contents{{"a", "x"}})) << name;
        EXPECT_EQ(read_all(make_tar({{"a", "x"}}), name), (Contents{{"a", "x"}})) << name;
        EXPECT_EQ(read_all(make_tar_gz({{"a", "x"}}), name), (Contents{{"a", "x"}})) << name;
    }
}

TEST(ArchiveReader, TakesAGzipNamedSoForOneFile) {
    const auto content = noise(1'000'000);
    EXPECT_EQ(read_all(make_gzip(content), "sub/a.nii.gz"), (Contents{{"a.nii", content}}));
    EXPECT_EQ(read_all(make_gzip(content), "a.mgz").front().first, "no archive");
    EXPECT_EQ(error_of(make_gzip(content), "a.tgz").kind(), ErrorKind::invalid_argument);
}

TEST(ArchiveReader, ReadsGzipMembersOneAfterTheOtherWhereverBlocksAreCut) {
    for (const std::size_t size : {0U, 1U, 1000U, 262'100U, 262'120U, 262'126U, 262'144U}) {
        const auto first = noise(size);
        const auto bytes = make_gzip(first) + make_gzip("second") + make_gzip("");
        EXPECT_EQ(read_all(bytes, "a.gz"), (Contents{{"a", first + "second"}})) << size;
        EXPECT_EQ(read_all(bytes + "\x1F", "a.gz"), (Contents{{"a", first + "second"}})) << size;
    }
}

TEST(ArchiveReader, LeavesAloneWhatIsNoArchive) {
    for (const auto* name : {"a", "a.dcm", "zip", "a.gzip"}) {
        for (const auto& bytes : {std::string(), std::string(1024, '\0'), noise(5000)}) {
            EXPECT_EQ(read_all(bytes, name).front().first, "no archive") << name;
        }
    }
    for (const auto* name : {"a.zip", "a.TAR", "a.tgz", "a.tar.gz", "a.gz", "a.xar", "a.zar"}) {
        EXPECT_EQ(error_of(noise(5000), name).kind(), ErrorKind::invalid_argument) << name;
        EXPECT_EQ(error_of("", name).kind(), ErrorKind::invalid_argument) << name;
    }
}

TEST(ArchiveReader, RefusesOtherFormats) {
    for (const int format :
         {ARCHIVE_FORMAT_7ZIP, ARCHIVE_FORMAT_CPIO_POSIX, ARCHIVE_FORMAT_ISO9660}) {
        const auto bytes = make(format, ARCHIVE_FILTER_NONE, {{"a", "x"}});
        EXPECT_EQ(read_all(bytes, "a").front().first, "no archive") << format;
        EXPECT_EQ(error_of(bytes, "a.tar").kind(), ErrorKind::invalid_argument) << format;
    }
}

TEST(ArchiveReader, RefusesEveryBeginningOfAnArchive) {
    const std::vector<Made> two = {{"a", noise(1500)}, {"b", "x"}};
    const auto refuse = [](const std::string& bytes, const std::string& name, std::size_t whole) {
        for (std::size_t size = 0; size < whole; size += 97) {
            EXPECT_EQ(error_of(bytes.substr(0, size), name).kind(), ErrorKind::invalid_argument)
                << name << " " << size;
        }
    };
    refuse(make_zip(two), "a.zip", make_zip(two).size());
    refuse(make_tar_gz(two), "a.tgz", make_tar_gz(two).size());
    const auto tar = make_tar(two);
    refuse(tar, "a.tar", tar.find_last_not_of('\0') + 1);
}

TEST(ArchiveReader, FindsEveryFlippedBitOfContent) {
    for (const auto& [name, bytes] :
         {std::pair("a.zip", make_zip({{"a", noise(3000)}})),
          std::pair("a.gz", make_gzip(noise(3000)))}) {
        for (std::size_t at = 100; at < 2900; at += 131) {
            auto damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ 4);
            EXPECT_EQ(error_of(damaged, name).kind(), ErrorKind::invalid_argument) << name << at;
        }
    }
}

TEST(ArchiveReader, ReadsAZipBehindAProgramAndBeforeRubbish) {
    const auto zip = make_zip({{"a", "x"}});
    EXPECT_EQ(read_all("#!/bin/sh\n" + zip, "a.zip"), (Contents{{"a", "x"}}));
    EXPECT_EQ(read_all(zip + noise(60'000), "a.zip"), (Contents{{"a", "x"}}));
}

TEST(ArchiveReader, TakesUnmarkedNamesOfAZipAsUtf8OrElseAsCodePage437) {
    const auto zip = make_zip({{"aXYb", "x"}});
    EXPECT_EQ(read_all(replaced(zip, "aXYb", "a\u00E9b"), "a.zip")[0].first, "a\u00E9b");
    EXPECT_EQ(
        read_all(
            replaced(
                zip,
                "aXYb",
                "a\x81\xFF"
                "b"
            ),
            "a.zip"
        )[0]
            .first,
        "a\u00FC\u00A0b"
    );
}

TEST(ArchiveReader, RefusesNamesWithANul) {
    const auto nul = std::string_view("a\0Yb", 4);
    EXPECT_THAT(
        error_of(replaced(make_zip({{"aXYb", "x"}}), "aXYb", nul), "a.zip").what(), HasSubstr("NUL")
    );
    // A name of 101 bytes stands in a PAX header.
    const auto name = "aXYb" + std::string(97, 'n');
    const auto pax = make(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE, {{name, "x"}});
    EXPECT_THAT(
        error_of(replaced(pax, "path=aXYb", {"path=a\0Yb", 9}), "a.tar").what(), HasSubstr("NUL")
    );
}

TEST(ArchiveReader, RefusesAnExtendedHeaderWithoutAValue) {
    const auto name = "aXYb" + std::string(97, 'n');
    const auto pax = make(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE, {{name, "x"}});
    const auto error = error_of(replaced(pax, "path=aXYb", "path_aXYb"), "a.tar");
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument) << error.what();
}

TEST(ArchiveReader, RefusesEncryptedMembers) {
    auto zip = make_zip({{"a", "x"}});
    zip[zip.find("PK\1\2") + 8] = static_cast<char>(zip[zip.find("PK\1\2") + 8] | 1);
    EXPECT_THAT(error_of(zip, "a.zip").what(), HasSubstr("encrypted"));
}

TEST(ArchiveReader, StopsAtTheLimits) {
    const std::vector<Made> three = {{"a", "1234"}, {"b", "5678"}, {"c", "", AE_IFDIR}};
    for (const auto& [name, bytes] :
         {std::pair("a.zip", make_zip(three)), std::pair("a.tgz", make_tar_gz(three))}) {
        EXPECT_THAT(read_all(bytes, name, {.members = 3}), testing::SizeIs(3));
        EXPECT_THAT(error_of(bytes, name, {.members = 2}).what(), HasSubstr("2 members"));
        EXPECT_EQ(error_of(bytes, name, {.bytes = 7}).kind(), ErrorKind::too_large);
    }
    EXPECT_THAT(read_all(make_zip(three), "a.zip", {.bytes = 8}), testing::SizeIs(3));
}

TEST(ArchiveReader, StopsAtTheRatioBeyondWhatIsAlwaysAllowed) {
    const auto bytes = make_gzip(std::string(1'000'000, '\0'));
    const auto times = 1'000'000 / bytes.size();
    EXPECT_NO_THROW(read_all(bytes, "a.gz", {.ratio = times + 1, .bytes_before_ratio = 0}));
    EXPECT_NO_THROW(read_all(bytes, "a.gz", {.ratio = 1, .bytes_before_ratio = 1'000'000}));
    const auto error = error_of(bytes, "a.gz", {.ratio = times, .bytes_before_ratio = 999'999});
    EXPECT_EQ(error.kind(), ErrorKind::too_large);
    EXPECT_THAT(error.what(), HasSubstr("ratio"));
}

TEST(ArchiveReader, SurvivesRandomDamage) {
    std::mt19937 dice(7);
    const std::vector<std::pair<std::string, std::string>> archives = {
        {"a.zip", make_zip(members())},
        {"a.tgz", make_tar_gz({{"a", "x"}, {std::string(150, 'n'), noise(3000)}})},
        {"a.tar", make_tar({{"a", "x"}, {std::string(150, 'n'), "y"}})},
        {"b.tar",
         make(ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE, {{std::string(150, 'n'), "y"}})}};
    for (int turn = 0; turn < 2000; ++turn) {
        auto [name, bytes] = archives[static_cast<std::size_t>(turn) % archives.size()];
        for (auto count = 1 + dice() % 4; count-- > 0;)
            bytes[dice() % std::min<std::size_t>(bytes.size(), 4096)] = static_cast<char>(dice());
        try {
            read_all(bytes, name, {.bytes = 10'000'000});
        } catch (const Error& error) {
            EXPECT_THAT(
                error.kind(), testing::AnyOf(ErrorKind::invalid_argument, ErrorKind::too_large)
            ) << error.what();
        }
    }
}

TEST(ArchiveReader, EndsAtOnceInAnArchiveWithoutMembers) {
    EXPECT_THAT(read_all(make_zip({}), "a.zip"), IsEmpty());
    EXPECT_THAT(read_all(make_tar({}), "a.tar"), IsEmpty());
    EXPECT_THAT(read_all(make_tar_gz({}), "a.tgz"), IsEmpty());
}

}  // namespace larmor::pack
