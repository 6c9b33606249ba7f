// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "server/temporary_folder.hpp"

namespace larmor::server {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Arguments = std::vector<std::string>;

Configuration served(const Arguments& arguments) {
    return std::get<ServeCommand>(parse_command_line(arguments)).configuration;
}

std::string printed(const Arguments& arguments) {
    return std::get<PrintCommand>(parse_command_line(arguments)).text;
}

TEST(CommandLine, ServesTheDataFolderWithDefaults) {
    const auto configuration = served({"serve", "--data", "archive"});
    EXPECT_EQ(configuration.data, "archive");
    EXPECT_EQ(configuration.objects_folder(), "archive/objects");
    EXPECT_EQ(format_listen_address(configuration.listen), "127.0.0.1:8080");
    EXPECT_FALSE(configuration.demo);
}

TEST(CommandLine, SetsEveryOptionByAFlag) {
    const auto configuration = served(
        {"serve",
         "--data=a",
         "--objects",
         "b",
         "--listen",
         "[::1]:0",
         "--log-format",
         "json",
         "--log-level",
         "error",
         "--workers",
         "3",
         "--grace",
         "0",
         "--sweep-hours",
         "0",
         "--demo"}
    );
    EXPECT_EQ(configuration.objects, "b");
    EXPECT_EQ(configuration.listen.port, 0);
    EXPECT_EQ(configuration.log_format, LogFormat::json);
    EXPECT_EQ(configuration.log_level, LogLevel::error);
    EXPECT_EQ(configuration.workers, 3U);
    EXPECT_EQ(configuration.grace.count(), 0);
    EXPECT_EQ(configuration.sweep_pause.count(), 0);
    EXPECT_TRUE(configuration.demo);
}

TEST(CommandLine, TakesACertificateWithItsKey) {
    const Arguments plain{"serve", "--data=a"};
    EXPECT_FALSE(served(plain).has_tls());
    const auto configuration = served({"serve", "--data=a", "--tls-cert=c.pem", "--tls-key=k.pem"});
    EXPECT_TRUE(configuration.has_tls());
    EXPECT_EQ(configuration.tls_cert, "c.pem");
    EXPECT_EQ(configuration.tls_key, "k.pem");
}

TEST(CommandLine, LetsAFlagWinOverTheFile) {
    const TemporaryFolder folder;
    const auto file = folder.write("larmor.toml", "data = \"/a\"\nworkers = 3\ngrace = 4\n");
    const auto configuration = served({"serve", "--config", file.string(), "--workers", "5"});
    EXPECT_EQ(configuration.data, "/a");
    EXPECT_EQ(configuration.workers, 5U);
    EXPECT_EQ(configuration.grace.count(), 4);
}

TEST(CommandLine, ChecksAnArchive) {
    const auto quick = std::get<FsckCommand>(parse_command_line({"fsck", "--data", "a"}));
    EXPECT_EQ(quick.configuration.data, "a");
    EXPECT_FALSE(quick.reads_content);
    const auto thorough = std::get<FsckCommand>(
        parse_command_line({"fsck", "--data", "a", "--objects", "b", "--hashes"})
    );
    EXPECT_EQ(thorough.configuration.objects, "b");
    EXPECT_TRUE(thorough.reads_content);
}

TEST(CommandLine, LooksForContent) {
    const auto sha256 = std::string(62, '0') + "Af";
    const auto blob =
        std::get<BlobCommand>(parse_command_line({"blob", "--data", "a", "--objects", "b", sha256})
        );
    EXPECT_EQ(blob.configuration.data, "a");
    EXPECT_EQ(blob.configuration.objects_folder(), "b");
    EXPECT_EQ(blob.sha256.front(), 0);
    EXPECT_EQ(blob.sha256.back(), 0xAF);
}

TEST(CommandLine, LaysOutATree) {
    const auto tree = std::get<TreeCommand>(parse_command_line({"tree", "--data", "a", "there"}));
    EXPECT_EQ(tree.configuration.data, "a");
    EXPECT_EQ(tree.target, "there");
}

TEST(CommandLine, TakesTheFoldersOfEveryCommandFromTheFile) {
    const TemporaryFolder folder;
    const auto file =
        folder.write("larmor.toml", "data = \"/a\"\nobjects = \"/b\"\nworkers = 3\n").string();
    const auto tree = std::get<TreeCommand>(parse_command_line({"tree", "--config", file, "t"}));
    EXPECT_EQ(tree.configuration.data, "/a");
    EXPECT_EQ(tree.configuration.objects_folder(), "/b");
}

TEST(CommandLine, PrintsVersionAndHelp) {
    EXPECT_THAT(printed({"--version"}), testing::MatchesRegex("larmor [0-9]+\\.[0-9.]+\n"));
    EXPECT_THAT(printed({"--help"}), testing::AllOf(HasSubstr("serve"), HasSubstr("fsck")));
    EXPECT_THAT(printed({"--help"}), testing::AllOf(HasSubstr("blob"), HasSubstr("tree")));
    const auto help = printed({"serve", "--help"});
    for (const auto& option : all_options()) {
        EXPECT_THAT(help, HasSubstr("--" + std::string(option.name)));
    }
    EXPECT_THAT(help, HasSubstr("LARMOR_ADMIN_PASSWORD"));
    const auto fsck_help = printed({"fsck", "--help"});
    EXPECT_THAT(fsck_help, HasSubstr("larmor fsck"));
    EXPECT_THAT(fsck_help, HasSubstr("--hashes"));
}

struct BadCommand {
    Arguments arguments;
    std::string complaint;
};

class RefusedCommandLine : public testing::TestWithParam<BadCommand> {};

TEST_P(RefusedCommandLine, IsAUsageErrorThatNamesTheThing) {
    EXPECT_THAT(
        [] { parse_command_line(GetParam().arguments); },
        ThrowsMessage<UsageError>(HasSubstr(GetParam().complaint))
    );
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine,
    RefusedCommandLine,
    testing::Values(
        BadCommand{{}, "no command given"},
        BadCommand{{"sing"}, "sing"},
        BadCommand{{"serve"}, "--data is missing"},
        BadCommand{{"fsck"}, "--data is missing"},
        BadCommand{{"serve", "--data", ""}, "--data"},
        BadCommand{{"serve", "--data"}, "--data"},
        BadCommand{{"serve", "--data", "a", "b"}, "b"},
        BadCommand{{"serve", "--data", "a", "--worker", "4"}, "--worker"},
        BadCommand{{"serve", "--data", "a", "--workers", "x"}, "--workers: 'x' is not a number"},
        BadCommand{{"serve", "--data", "a", "--listen", "x"}, "--listen: 'x' is not an IP"},
        BadCommand{{"serve", "--data", "a", "--data", "b"}, "--data"},
        BadCommand{{"serve", "--data", "a", "--hashes"}, "--hashes"},
        BadCommand{{"serve", "--data", "a", "--tls-cert", "c"}, "--tls-key is missing"},
        BadCommand{{"serve", "--data", "a", "--tls-key", "k"}, "--tls-cert is missing"},
        BadCommand{{"fsck", "--data", "a", "--listen", "127.0.0.1:1"}, "--listen"},
        BadCommand{{"blob", "--data", "a"}, "SHA256"},
        BadCommand{{"blob", std::string(64, '0')}, "--data is missing"},
        BadCommand{{"blob", "--data", "a", "abc"}, "'abc' is not the 64 digits"},
        BadCommand{{"blob", "--data", "a", std::string(64, 'g')}, "is not the 64 digits"},
        BadCommand{{"blob", "--data", "a", std::string(32, 'a')}, "is not the 64 digits"},
        BadCommand{{"tree", "--data", "a"}, "TARGET"},
        BadCommand{{"tree", "--data", "a", ""}, "TARGET is empty"},
        BadCommand{{"tree", "--data", "a", "b", "c"}, "c"},
        BadCommand{{"tree", "there"}, "--data is missing"}
    )
);

TEST(CommandLine, PassesOnWhatIsWrongWithTheFile) {
    const TemporaryFolder folder;
    const auto file = folder.write("larmor.toml", "worker = 3\n");
    EXPECT_THAT(
        [&] {
            parse_command_line({"serve", "--config", file.string()});
        },
        ThrowsMessage<Error>(HasSubstr("larmor.toml:1: unknown key 'worker'"))
    );
}

}  // namespace
}  // namespace larmor::server
