// SPDX-License-Identifier: Apache-2.0
#include "auth/sign_in.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/password.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "catalog/users.hpp"

namespace larmor::auth {
namespace {

using model::Visibility;

/// A catalog with the users `admin` (administrator) and `reader`, and a cheap password check that
/// counts: the hash of a password is the password in brackets.
class SignInTest : public testing::Test {
protected:
    SignInTest() {
        std::filesystem::create_directories(folder_);
        catalog_.emplace(folder_ / "catalog.sqlite");
        create_user({.name = "admin", .password_hash = "[sesame]", .is_administrator = true});
        create_user({.name = "reader", .password_hash = "[book]"});
        sign_in_.emplace(
            *catalog_,
            SignIn::Options{
                .check_password =
                    [this](const std::string& hash, auto password) {
                        checked_.push_back(hash);
                        return hash == "[" + std::string(password) + "]";
                    }}
        );
    }
    ~SignInTest() override {
        sign_in_.reset();
        catalog_.reset();
        std::filesystem::remove_all(folder_);
    }

    void create_user(const model::User& user) {
        catalog_->write([&](catalog::Change& change) {
            catalog::create_user(Visibility::everything(), change, user);
        });
    }
    template <class F>
    void change_user(const std::string& name, F&& change_it) {
        catalog_->write([&](catalog::Change& change) {
            auto user = catalog::find_user(Visibility::everything(), change, name);
            change_it(user.value());
            catalog::replace_user(Visibility::everything(), change, *user);
        });
    }
    std::string refusal_of(const std::string& name, const std::string& password) {
        try {
            sign_in_->verify(name, password);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::unauthenticated);
            return error.what();
        }
        return "";
    }

    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("larmor-sign-in-" + random_hex(8));
    std::optional<catalog::Catalog> catalog_;
    std::vector<std::string> checked_;
    std::optional<SignIn> sign_in_;
};

TEST_F(SignInTest, KnowsTheUserByNameAndPassword) {
    const auto identity = sign_in_->verify("admin", "sesame");
    EXPECT_EQ(identity.user.name, "admin");
    EXPECT_TRUE(identity.user.is_administrator);
}

TEST_F(SignInTest, LetsAnAdministratorSeeEverythingAndOthersNothingYet) {
    EXPECT_TRUE(sign_in_->verify("admin", "sesame").visibility.sees_everything());
    const auto reader = sign_in_->verify("reader", "book").visibility;
    EXPECT_FALSE(reader.sees_everything());
    EXPECT_TRUE(reader.projects().empty());
}

TEST_F(SignInTest, TellsNobodyWhatWasWrong) {
    const auto wrong_password = refusal_of("admin", "book");
    change_user("reader", [](auto& user) { user.is_enabled = false; });
    EXPECT_NE(wrong_password, "");
    EXPECT_EQ(refusal_of("nobody", "sesame"), wrong_password);
    EXPECT_EQ(refusal_of("reader", "book"), wrong_password);
    EXPECT_EQ(refusal_of("", ""), wrong_password);
    EXPECT_EQ(refusal_of("caf\xe9", "sesame"), wrong_password);
    EXPECT_EQ(refusal_of(std::string("admin\0", 6), "sesame"), wrong_password);
}

TEST_F(SignInTest, ChecksAHashForUnknownNamesTooSoThatTimeDoesNotTell) {
    refusal_of("nobody", "sesame");
    ASSERT_EQ(checked_.size(), 1U);
    EXPECT_THAT(checked_[0], testing::StartsWith("$argon2id$"));
}

TEST_F(SignInTest, CostsOneHashForAThousandRequests) {
    for (int i = 0; i < 1000; ++i)
        sign_in_->verify("admin", "sesame");
    for (int i = 0; i < 1000; ++i)
        refusal_of("admin", "guess");
    EXPECT_EQ(checked_.size(), 2U);
}

TEST_F(SignInTest, RefusesAnOldPasswordAtOnce) {
    sign_in_->verify("admin", "sesame");
    change_user("admin", [](auto& user) { user.password_hash = "[new]"; });
    EXPECT_NE(refusal_of("admin", "sesame"), "");
    EXPECT_EQ(sign_in_->verify("admin", "new").user.name, "admin");
}

TEST_F(SignInTest, AcceptsANewPasswordThatWasWrongAMomentAgo) {
    refusal_of("admin", "new");
    change_user("admin", [](auto& user) { user.password_hash = "[new]"; });
    EXPECT_EQ(sign_in_->verify("admin", "new").user.name, "admin");
}

TEST_F(SignInTest, RefusesADisabledUserAtOnceAndAnEnabledOneNoLonger) {
    sign_in_->verify("reader", "book");
    change_user("reader", [](auto& user) { user.is_enabled = false; });
    EXPECT_NE(refusal_of("reader", "book"), "");
    change_user("reader", [](auto& user) { user.is_enabled = true; });
    EXPECT_EQ(sign_in_->verify("reader", "book").user.name, "reader");
}

TEST_F(SignInTest, ObeysALostAdministratorRightAtOnce) {
    sign_in_->verify("admin", "sesame");
    change_user("admin", [](auto& user) { user.is_administrator = false; });
    EXPECT_FALSE(sign_in_->verify("admin", "sesame").visibility.sees_everything());
}

TEST_F(SignInTest, DoesNotMistakeOneSplitOfNameAndPasswordForAnother) {
    create_user({.name = "adm", .password_hash = "[insesame]"});
    sign_in_->verify("admin", "sesame");
    sign_in_->verify("adm", "insesame");
    EXPECT_EQ(checked_.size(), 2U);
    EXPECT_NE(refusal_of("adm", "sesame"), "");
}

TEST_F(SignInTest, VerifiesArgonHashesUnlessToldOtherwise) {
    create_user({.name = "real", .password_hash = hash_password("sesame")});
    SignIn sign_in(*catalog_);
    EXPECT_EQ(sign_in.verify("real", "sesame").user.name, "real");
    EXPECT_THROW(sign_in.verify("real", "Sesame"), Error);
    EXPECT_THROW(sign_in.verify("nobody", "sesame"), Error);
}

}  // namespace
}  // namespace larmor::auth
