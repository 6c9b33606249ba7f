// SPDX-License-Identifier: Apache-2.0
#include "server/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::server {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ListenAddress, IsAnAddressAndAPort) {
    EXPECT_EQ(parse_listen_address("10.1.2.3:80").host, "10.1.2.3");
    EXPECT_EQ(parse_listen_address("10.1.2.3:80").port, 80);
    EXPECT_EQ(parse_listen_address("127.0.0.1:0").port, 0);
    EXPECT_EQ(parse_listen_address("localhost:8080").host, "127.0.0.1");
    EXPECT_EQ(parse_listen_address("[::1]:8080").host, "::1");
}

TEST(ListenAddress, ReadsWhatItWrites) {
    for (const auto* text : {"0.0.0.0:65535", "127.0.0.1:8080", "[::1]:8080", "[::]:0"}) {
        EXPECT_EQ(format_listen_address(parse_listen_address(text)), text);
    }
}

TEST(ListenAddress, IsNothingElse) {
    for (const auto* text :
         {"",
          "8080",
          ":8080",
          "127.0.0.1",
          "127.0.0.1:",
          "127.0.0.1:65536",
          "127.0.0.1:-1",
          "127.0.0.1:http",
          "127.0.0:80",
          "300.0.0.1:80",
          "example.org:80",
          "::1:8080",
          "[::1]",
          "[::1:8080",
          "[127.0.0.1]:80",
          "http://127.0.0.1:80"}) {
        EXPECT_THAT(
            [&] { parse_listen_address(text); },
            ThrowsMessage<Error>(HasSubstr("'" + std::string(text) + "' is not an IP address"))
        );
    }
}

struct BadValue {
    std::string_view option;
    std::string value;
    std::string complaint;
};

class RefusedValue : public testing::TestWithParam<BadValue> {};

TEST_P(RefusedValue, IsNamedWithWhatWouldBeRight) {
    Configuration configuration;
    const auto* option = find_option(GetParam().option);
    ASSERT_NE(option, nullptr);
    EXPECT_THAT(
        [&] { option->set(configuration, GetParam().value); },
        ThrowsMessage<Error>(GetParam().complaint)
    );
}

INSTANTIATE_TEST_SUITE_P(
    Options,
    RefusedValue,
    testing::Values(
        BadValue{"data", "", "'' is not the name of a folder"},
        BadValue{"objects", "", "'' is not the name of a folder"},
        BadValue{"tls-cert", "", "'' is not the name of a file"},
        BadValue{"tls-key", "", "'' is not the name of a file"},
        BadValue{"log-format", "xml", "'xml' is not text or json"},
        BadValue{"log-level", "Info", "'Info' is not debug, info, warning or error"},
        BadValue{"workers", "0", "'0' is not a number from 1 to 1024"},
        BadValue{"workers", "1025", "'1025' is not a number from 1 to 1024"},
        BadValue{"workers", "four", "'four' is not a number from 1 to 1024"},
        BadValue{"workers", "4.0", "'4.0' is not a number from 1 to 1024"},
        BadValue{"grace", "-1", "'-1' is not a number from 0 to 3600"},
        BadValue{"grace", "20s", "'20s' is not a number from 0 to 3600"},
        BadValue{"connections", "0", "'0' is not a number from 1 to 1000000"},
        BadValue{"connections-per-address", "-1", "'-1' is not a number from 0 to 1000000"},
        BadValue{"header-seconds", "0", "'0' is not a number from 1 to 3600"},
        BadValue{"idle-seconds", "3601", "'3601' is not a number from 1 to 3600"},
        BadValue{"body-seconds", "1m", "'1m' is not a number from 1 to 3600"},
        BadValue{"stall-seconds", "", "'' is not a number from 1 to 3600"},
        BadValue{"sweep-hours", "721", "'721' is not a number from 0 to 720"},
        BadValue{"sweep-hours", "6h", "'6h' is not a number from 0 to 720"},
        BadValue{"demo", "yes", "'yes' is not true or false"},
        BadValue{"extract-members", "0", "'0' is not a number from 1 to 10000000"},
        BadValue{"extract-gigabytes", "1.5", "'1.5' is not a number from 1 to 1000000"},
        BadValue{"extract-ratio", "-1", "'-1' is not a number from 1 to 100000"}
    )
);

TEST(Configuration, KeepsObjectsInTheDataFolderUnlessToldOtherwise) {
    Configuration configuration;
    configuration.data = "/srv/larmor";
    EXPECT_EQ(configuration.objects_folder(), "/srv/larmor/objects");
    configuration.objects = "/mnt/big";
    EXPECT_EQ(configuration.objects_folder(), "/mnt/big");
}

TEST(Configuration, HasNoOptionOfAnUnknownName) {
    EXPECT_EQ(find_option("worker"), nullptr);
    EXPECT_EQ(find_option(""), nullptr);
}

}  // namespace
}  // namespace larmor::server
