// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace larmor {

TEST(Error, KeepsKindAndMessage) {
    const Error error(ErrorKind::not_found, "no project 'demo'");
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
    EXPECT_STREQ(error.what(), "no project 'demo'");
}

TEST(Error, OfASystemCallNamesTheThingAndTellsAFullDiskFromAFailingOne) {
    EXPECT_EQ(system_error("write", "/o/1", ENOSPC).kind(), ErrorKind::no_space);
    EXPECT_EQ(system_error("write", "/o/1", EIO).kind(), ErrorKind::unavailable);
    EXPECT_EQ(system_error("open", "/o/1", ENOENT).kind(), ErrorKind::not_found);
    EXPECT_STREQ(
        system_error("write", "/o/1", ENOSPC).what(), "write '/o/1': No space left on device"
    );
}

}  // namespace larmor
