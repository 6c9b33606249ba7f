// SPDX-License-Identifier: Apache-2.0
#include "archive/extract.hpp"

#include "archive/sweep.hpp"
#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Made {
    std::string name;
    std::string content;
    char type = '0';
};

/// A tar, header by header.
std::string make_tar(const std::vector<Made>& members) {
    std::string tar;
    for (const auto& [name, content, type] : members) {
        std::string header(512, '\0');
        header.replace(0, name.size(), name);
        header.replace(100, 7, "0000644");
        std::array<char, 16> number{};
        std::snprintf(number.data(), number.size(), "%011zo", content.size());
        header.replace(124, 11, number.data());
        header[156] = type;
        header.replace(
            257,
            8,
            std::string(
                "ustar\0"
                "00",
                8
            )
        );
        header.replace(148, 8, 8, ' ');
        unsigned sum = 0;
        for (const char byte : header)
            sum += static_cast<unsigned char>(byte);
        std::snprintf(number.data(), number.size(), "%06o", sum);
        header.replace(148, 7, std::string(number.data(), 7));
        tar += header + content + std::string((512 - content.size() % 512) % 512, '\0');
    }
    return tar + std::string(1024, '\0');
}

class ExtractionTest : public ArchiveTest {
protected:
    void SetUp() override { make_session("P/S/E"); }

    std::unique_ptr<Extraction> begin(const ExtractLimits& limits = {}) {
        UploadRequest request;
        request.selector = resource_;
        return std::make_unique<Extraction>(
            std::make_unique<Upload>(catalog_, *store_, who_, request), *store_, limits
        );
    }
    static void push(FileReceiver& files, const std::string& name, std::string_view bytes) {
        files.begin_file(name);
        files.push(std::as_bytes(std::span(bytes)));
        files.end_file();
    }
    static std::string message_of(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.what();
        }
        return "no error came";
    }
    std::string read(const std::string& path) {
        return bytes_of(*downloads_.find_file(who_.visibility, resource_, path)->source);
    }

    Selector resource_ = at("P/S/E", "R");
};

}  // namespace

TEST(MemberPath, IsWithoutWhatOnlyLeadsToTheRoot) {
    for (const auto& [name, path] : std::vector<std::pair<std::string, std::string>>{
             {"a/b", "a/b"},
             {"/a", "a"},
             {"///a", "a"},
             {"./a", "a"},
             {"././/./a", "a"},
             {"C:\\a", "a"},
             {"c:/a", "a"},
             {"/C:/./a", "a"},
             {"\\\\server\\a", "server\\a"},
             {"a//b/./c", "a/b/c"},
             {"1:2", "1:2"},
             {"ab:c", "ab:c"},
             {".a", ".a"},
             {"..", ".."},
             {"/../a", "../a"},
             {"a/../b", "a/../b"},
             {"/", ""},
             {"./", ""},
             {".", ""},
             {"", ""}}) {
        EXPECT_EQ(member_path(name), path) << name;
    }
}

TEST_F(ExtractionTest, StoresMembersAndNotTheArchive) {
    const auto files_in = begin();
    push(*files_in, "a.tar", make_tar({{"/", "", '5'}, {"/1.dcm", "one"}, {"./sub/2.dcm", "two"}}));
    EXPECT_THAT(files(resource_), IsEmpty());
    EXPECT_THAT(files_in->commit(), IsEmpty());
    EXPECT_THAT(files(resource_), ElementsAre("XNAT_E00001:R:1.dcm", "XNAT_E00001:R:sub/2.dcm"));
    EXPECT_EQ(read("sub/2.dcm"), "two");
    EXPECT_THAT(objects(), SizeIs(2));
}

TEST_F(ExtractionTest, StoresWhatIsNoArchiveUnderItsPath) {
    const auto files_in = begin();
    push(*files_in, "sub/1.dcm", "no archive");
    files_in->commit();
    EXPECT_EQ(read("sub/1.dcm"), "no archive");
    EXPECT_THAT(objects(), SizeIs(1));
}

TEST_F(ExtractionTest, PassesOverLinksDevicesAndPipes) {
    const auto files_in = begin();
    push(
        *files_in,
        "a.tar",
        make_tar(
            {{"hard", "", '1'}, {"soft", "", '2'}, {"tty", "", '3'}, {"fifo", "", '6'}, {"a", "x"}}
        )
    );
    files_in->commit();
    EXPECT_THAT(files(resource_), ElementsAre("XNAT_E00001:R:a"));
}

TEST_F(ExtractionTest, KeepsWhatIsThereAndNamesIt) {
    upload(resource_, "a", "old");
    const auto files_in = begin();
    push(*files_in, "a.tar", make_tar({{"a", "new"}, {"b", "new"}}));
    EXPECT_THAT(files_in->commit(), ElementsAre("a"));
    EXPECT_EQ(read("a"), "old");
}

TEST_F(ExtractionTest, LeavesNothingOfAnArchiveWithABadMember) {
    for (const auto* bad : {"../x", "a/../../x", "/", "good"}) {
        const auto files_in = begin();
        const auto tar = make_tar({{"good", "x"}, {bad, "y"}, {"last", "z"}});
        const auto message = message_of([&] { push(*files_in, "a.tar", tar); });
        EXPECT_THAT(message, HasSubstr("cannot unpack 'a.tar': ")) << bad;
    }
    EXPECT_THAT(files(resource_), IsEmpty());
    EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ExtractionTest, ThatIsGivenUpLeavesNothing) {
    {
        const auto files_in = begin();
        push(*files_in, "a.tar", make_tar({{"a", "x"}}));
        files_in->begin_file("b.tar");
        files_in->push(std::as_bytes(std::span(std::string_view("half"))));
    }
    EXPECT_THAT(files(resource_), IsEmpty());
    EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ExtractionTest, CountsItsLimitsOverAllArchivesOfARequest) {
    const auto tar = make_tar({{"a", "1234"}, {"b", "5678"}});
    const auto by_members = begin({.members = 3});
    push(*by_members, "a.tar", tar);
    EXPECT_EQ(kind_of([&] { push(*by_members, "b.tar", tar); }), ErrorKind::too_large);
    const auto by_bytes = begin({.bytes = 15});
    push(*by_bytes, "a.tar", tar);
    EXPECT_EQ(kind_of([&] { push(*by_bytes, "b.tar", tar); }), ErrorKind::too_large);
    const auto by_names = begin({.name_bytes = 3});
    push(*by_names, "a.tar", tar);
    EXPECT_EQ(kind_of([&] { push(*by_names, "b.tar", tar); }), ErrorKind::too_large);
}

TEST_F(ExtractionTest, RefusesAPathThatCannotBeBeforeItsBytes) {
    const auto files_in = begin();
    EXPECT_EQ(kind_of([&] { files_in->begin_file("../a.zip"); }), ErrorKind::invalid_argument);
}

TEST_F(ExtractionTest, FinishesManyObjectsAndUsesEachOnce) {
    std::vector<Made> members;
    for (int number = 0; number < 200; ++number)
        members.push_back({std::to_string(number), std::to_string(number % 150)});
    const auto files_in = begin();
    push(*files_in, "a.tar", make_tar(members));
    files_in->commit();
    EXPECT_THAT(files(resource_), SizeIs(200));
    EXPECT_THAT(objects(), SizeIs(150));
    EXPECT_EQ(
        check_archive(catalog_, *store_, Thoroughness::hashes, [](const auto&) {}).problems, 0U
    );
}

}  // namespace larmor::archive
