// SPDX-License-Identifier: Apache-2.0
#include "server/administrator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/sign_in.hpp"
#include "base/error.hpp"
#include "catalog/users.hpp"
#include "server/temporary_folder.hpp"

namespace larmor::server {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class Administrator : public testing::Test {
protected:
    bool can_sign_in(const std::string& password) {
        auth::SignIn sign_in(catalog_);
        try {
            return sign_in.verify(administrator_name, password).user.is_administrator;
        } catch (const Error&) {
            return false;
        }
    }

    TemporaryFolder folder_;
    catalog::Catalog catalog_{(folder_.path() / "catalog.sqlite").string()};
};

TEST_F(Administrator, GetsTheGivenPasswordWhichIsNotTold) {
    EXPECT_FALSE(ensure_administrator(catalog_, "sesame").has_value());
    EXPECT_TRUE(can_sign_in("sesame"));
}

TEST_F(Administrator, GetsALongRandomPasswordWhenNoneIsGiven) {
    const auto password = ensure_administrator(catalog_, {});
    ASSERT_TRUE(password.has_value());
    EXPECT_GE(password->size(), 20U);
    EXPECT_TRUE(can_sign_in(*password));
}

TEST_F(Administrator, KeepsItsPasswordAtTheNextStart) {
    ensure_administrator(catalog_, "sesame");
    EXPECT_FALSE(ensure_administrator(catalog_, "other").has_value());
    EXPECT_FALSE(ensure_administrator(catalog_, {}).has_value());
    EXPECT_TRUE(can_sign_in("sesame"));
    EXPECT_FALSE(can_sign_in("other"));
}

TEST_F(Administrator, IsNotMadeWithAPasswordThatNobodyCanSend) {
    const auto ensure = [this](const std::string& password) {
        return [this, password] { ensure_administrator(catalog_, password); };
    };
    EXPECT_THAT(ensure(""), ThrowsMessage<Error>(HasSubstr("is set, but empty")));
    EXPECT_THAT(ensure("a\nb"), ThrowsMessage<Error>(HasSubstr("control characters")));
    EXPECT_THAT(ensure("caf\xe9"), ThrowsMessage<Error>(HasSubstr("UTF-8")));
    EXPECT_TRUE(ensure_administrator(catalog_, {}).has_value());
}

}  // namespace
}  // namespace larmor::server
