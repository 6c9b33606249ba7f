// SPDX-License-Identifier: Apache-2.0
#include "auth/password.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "auth/sign_in.hpp"

namespace larmor::auth {
namespace {

TEST(HashPassword, IsArgon2idAndFitsItsPasswordOnly) {
    const auto hash = hash_password("sesame");
    EXPECT_THAT(hash, testing::StartsWith("$argon2id$"));
    EXPECT_TRUE(password_matches(hash, "sesame"));
    EXPECT_FALSE(password_matches(hash, "Sesame"));
    EXPECT_FALSE(password_matches(hash, ""));
    EXPECT_FALSE(password_matches(hash, std::string_view("sesame\0", 7)));
}

TEST(HashPassword, SaltsEqualPasswordsApart) {
    EXPECT_NE(hash_password("sesame"), hash_password("sesame"));
}

TEST(UnmatchedHash, FitsNoPasswordAndCostsWhatOthersCost) {
    const auto hash = make_unmatched_hash();
    EXPECT_FALSE(password_matches(hash, "sesame"));
    EXPECT_FALSE(password_matches(hash, ""));
    EXPECT_EQ(hash.substr(0, hash.find(",p=1$")), hash_password("x").substr(0, hash.find(",p=1$")));
    EXPECT_EQ(
        crypto_pwhash_str_needs_rehash(
            hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE
        ),
        0
    );
}

TEST(PasswordMatches, IsFalseForWhatIsNoHash) {
    EXPECT_FALSE(password_matches("", "sesame"));
    EXPECT_FALSE(password_matches("sesame", "sesame"));
    EXPECT_FALSE(password_matches("$argon2id$v=19$m=65536,t=2,p=1$", "sesame"));
    EXPECT_FALSE(password_matches(std::string(500, '$'), "sesame"));
}

}  // namespace
}  // namespace larmor::auth
