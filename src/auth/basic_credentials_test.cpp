// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/sign_in.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::auth {
namespace {

struct Accepted {
    std::string authorization;
    std::string name;
    std::string password;
};

class AcceptedBasic : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedBasic, GivesNameAndPassword) {
    const auto credentials = parse_basic(GetParam().authorization);
    EXPECT_EQ(credentials.name, GetParam().name);
    EXPECT_EQ(credentials.password, GetParam().password);
}

INSTANTIATE_TEST_SUITE_P(
    ParseBasic,
    AcceptedBasic,
    testing::Values(
        Accepted{"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
        Accepted{"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
        Accepted{"BASIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ== ", "Aladdin", "open sesame"},
        Accepted{"Basic " + to_base64("admin:a:b:"), "admin", "a:b:"},
        Accepted{"Basic " + to_base64("admin:"), "admin", ""},
        Accepted{"Basic " + to_base64(":x"), "", "x"},
        Accepted{"Basic " + to_base64("Jos\u00e9:p\u00e4\u00df"), "Jos\u00e9", "p\u00e4\u00df"}
    )
);

class RefusedBasic : public testing::TestWithParam<std::string> {};

TEST_P(RefusedBasic, IsUnauthenticatedAndNoOtherError) {
    try {
        parse_basic(GetParam());
        FAIL() << "accepted " << GetParam();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unauthenticated);
        EXPECT_THAT(error.what(), testing::HasSubstr("Authorization"));
    }
}

INSTANTIATE_TEST_SUITE_P(
    ParseBasic,
    RefusedBasic,
    testing::Values(
        "",
        " ",
        "Basic",
        "Basic ",
        "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
        "Basic QWxhZGRpbjpvcGVu IHNlc2FtZQ==",
        "Basic *",
        "Basic " + to_base64("no colon"),
        "Basic " + to_base64("admin:caf\xe9"),
        "Basic " + to_base64(std::string("ad\0min:x", 8)),
        "Basic " + to_base64("admin:x\n"),
        "Basic " + to_base64("admin:x\x7f")
    )
);

}  // namespace
}  // namespace larmor::auth
