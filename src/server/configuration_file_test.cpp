// SPDX-License-Identifier: Apache-2.0
#include "server/configuration_file.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include "base/error.hpp"
#include "server/temporary_folder.hpp"

namespace larmor::server {
namespace {

const std::filesystem::path sample = LARMOR_SAMPLE_FILE;

Configuration read(const std::filesystem::path& file) {
    Configuration configuration;
    read_configuration_file(file, configuration);
    return configuration;
}

TEST(ConfigurationFile, SetsEveryOption) {
    const TemporaryFolder folder;
    const auto configuration = read(folder.write("larmor.toml", R"(
data = "/srv/larmor"
objects = "/mnt/big"
listen = "[::1]:9000"
tls-cert = "/etc/larmor/cert.pem"
tls-key = "key.pem"
log-format = "json"
log-level = "warning"
workers = 4
grace = 5
sweep-hours = 24
demo = true
)"));
    EXPECT_EQ(configuration.data, "/srv/larmor");
    EXPECT_EQ(configuration.objects, "/mnt/big");
    EXPECT_EQ(format_listen_address(configuration.listen), "[::1]:9000");
    EXPECT_EQ(configuration.tls_cert, "/etc/larmor/cert.pem");
    EXPECT_EQ(configuration.tls_key, folder.path() / "key.pem");
    EXPECT_EQ(configuration.log_format, LogFormat::json);
    EXPECT_EQ(configuration.log_level, LogLevel::warning);
    EXPECT_EQ(configuration.workers, 4U);
    EXPECT_EQ(configuration.grace.count(), 5);
    EXPECT_EQ(configuration.sweep_pause.count(), 24);
    EXPECT_TRUE(configuration.demo);
}

TEST(ConfigurationFile, LeavesWhatItDoesNotNameAtItsDefault) {
    const TemporaryFolder folder;
    const auto configuration = read(folder.write("larmor.toml", "# nothing\n"));
    EXPECT_EQ(configuration.workers, Configuration().workers);
    EXPECT_TRUE(configuration.data.empty());
}

TEST(ConfigurationFile, FindsFoldersFromWhereItIs) {
    const TemporaryFolder folder;
    const auto file = folder.write("larmor.toml", "data = \"archive\"\n");
    EXPECT_EQ(read(file).data, folder.path() / "archive");
}

struct BadFile {
    std::string text;
    std::string complaint;  // after the name of the file
};

class RefusedConfigurationFile : public testing::TestWithParam<BadFile> {};

TEST_P(RefusedConfigurationFile, IsNamedWithLineAndKey) {
    const TemporaryFolder folder;
    const auto file = folder.write("larmor.toml", GetParam().text);
    try {
        read(file);
        FAIL() << "accepted " << GetParam().text;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
        EXPECT_THAT(error.what(), testing::StartsWith(file.string() + GetParam().complaint));
    }
}

INSTANTIATE_TEST_SUITE_P(
    ConfigurationFile,
    RefusedConfigurationFile,
    testing::Values(
        BadFile{"worker = 4", ":1: unknown key 'worker'"},
        BadFile{"\n\n[serve]\nworkers = 4", ":3: unknown key 'serve'"},
        BadFile{"Data = \"x\"", ":1: unknown key 'Data'"},
        BadFile{"demo = true\nworkers = 0", ":2: workers: '0' is not a number from 1 to 1024"},
        BadFile{"workers = -4", ":1: workers: '-4' is not"},
        BadFile{"workers = \"4\"", ":1: workers: must be a number"},
        BadFile{"workers = 4.5", ":1: workers: must be a number"},
        BadFile{"grace = 99999999999999", ":1: grace: '99999999999999' is not"},
        BadFile{"listen = 8080", ":1: listen: must be a string"},
        BadFile{"listen = \"here\"", ":1: listen: 'here' is not an IP address"},
        BadFile{"data = [\"x\"]", ":1: data: must be a string"},
        BadFile{"data = \"\"", ":1: data: '' is not the name of a folder"},
        BadFile{"demo = 1", ":1: demo: must be true or false"},
        BadFile{"log-level = \"loud\"", ":1: log-level: 'loud' is not debug"},
        BadFile{"workers = 4\nworkers = 5", ":2: "},
        BadFile{"data = /srv", ":1: "},
        BadFile{"listen = \"127.0.0.1:80", ":1: "}
    )
);

TEST(ConfigurationFile, IsNotFoundUnderAWrongName) {
    const TemporaryFolder folder;
    try {
        read(folder.path() / "none.toml");
        FAIL() << "read a file that is not there";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_THAT(error.what(), testing::HasSubstr("none.toml"));
    }
}

/// With the keys that stand in it as comments, since they have no default.
toml::table whole_sample() {
    std::ifstream input(sample);
    std::string text;
    for (std::string line; std::getline(input, line);) {
        const bool is_key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        text += (is_key ? line.substr(1) : line) + '\n';
    }
    return toml::parse(text);
}

TEST(ConfigurationFile, HasASampleThatNamesEveryKeyOnce) {
    const auto table = whole_sample();
    EXPECT_EQ(table.size(), all_options().size());
    for (const auto& option : all_options()) {
        EXPECT_TRUE(table.contains(option.name)) << option.name;
    }
}

TEST(ConfigurationFile, HasASampleThatTellsTheDefaults) {
    const auto configuration = read(sample);
    const Configuration defaults;
    EXPECT_EQ(configuration.objects, configuration.data / "objects");
    EXPECT_EQ(format_listen_address(configuration.listen), format_listen_address(defaults.listen));
    EXPECT_EQ(configuration.log_format, defaults.log_format);
    EXPECT_EQ(configuration.log_level, defaults.log_level);
    EXPECT_EQ(configuration.workers, defaults.workers);
    EXPECT_EQ(configuration.grace, defaults.grace);
    EXPECT_EQ(configuration.sweep_pause, defaults.sweep_pause);
    EXPECT_EQ(configuration.demo, defaults.demo);
}

}  // namespace
}  // namespace larmor::server
