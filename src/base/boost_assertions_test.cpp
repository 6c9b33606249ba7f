// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <boost/assert.hpp>
#include <gmock/gmock.h>

namespace larmor {

TEST(BoostAssertion, ThatFailsIsAnExceptionThatSaysWhere) {
    const int two = 2;
    try {
        BOOST_ASSERT_MSG(two + two == 5, "arithmetic");
        ADD_FAILURE();
    } catch (const std::logic_error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("two + two == 5: arithmetic"));
        EXPECT_THAT(error.what(), testing::HasSubstr("boost_assertions_test.cpp"));
    }
    EXPECT_THROW(BOOST_ASSERT(two > 2), std::logic_error);
    EXPECT_NO_THROW(BOOST_ASSERT(two == 2));
}

}  // namespace larmor
