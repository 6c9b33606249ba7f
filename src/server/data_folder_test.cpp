// SPDX-License-Identifier: Apache-2.0
#include "server/data_folder.hpp"

#include <linux/magic.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "server/temporary_folder.hpp"

namespace larmor::server {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(DataFolder, IsMadeForItsOwnerOnly) {
    const TemporaryFolder parent;
    const DataFolder folder(parent.path() / "new" / "archive");
    const auto status = std::filesystem::status(folder.path());
    EXPECT_EQ(status.type(), std::filesystem::file_type::directory);
    EXPECT_EQ(status.permissions(), std::filesystem::perms::owner_all);
}

TEST(DataFolder, MayBeThereAlready) {
    const TemporaryFolder parent;
    const DataFolder folder(parent.path());
    EXPECT_EQ(folder.catalog_file(), parent.path() / "catalog.sqlite");
}

TEST(DataFolder, IsHeldByOneProcessWhichIsNamedToTheSecond) {
    const TemporaryFolder parent;
    const DataFolder folder(parent.path());
    try {
        const DataFolder second(parent.path());
        FAIL() << "held twice";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::locked);
        EXPECT_THAT(error.what(), HasSubstr(parent.path().string()));
        EXPECT_THAT(error.what(), HasSubstr("process " + std::to_string(::getpid())));
    }
}

TEST(DataFolder, IsFreeAgainWhenItsProcessEndsHoweverItEnds) {
    const TemporaryFolder parent;
    const auto child = ::fork();
    if (child == 0) {
        const DataFolder folder(parent.path());
        ::_exit(5);  // no destructor runs
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 5);
    EXPECT_NO_THROW(DataFolder{parent.path()});
    EXPECT_NO_THROW(DataFolder{parent.path()});
}

TEST(DataFolder, CannotBeAFile) {
    const TemporaryFolder parent;
    const auto file = parent.write("archive", "text");
    EXPECT_THAT([&] { DataFolder{file}; }, ThrowsMessage<Error>(HasSubstr("is a file")));
}

TEST(DataFolder, CannotBeBelowAFile) {
    const TemporaryFolder parent;
    const auto file = parent.write("archive", "text");
    EXPECT_THAT([&] { DataFolder{file / "data"}; }, ThrowsMessage<Error>(HasSubstr("archive")));
}

TEST(NetworkFileSystem, IsKnownByItsNumber) {
    EXPECT_EQ(network_file_system(NFS_SUPER_MAGIC), "NFS");
    EXPECT_EQ(network_file_system(0xFF534D42), "SMB");
    EXPECT_EQ(network_file_system(static_cast<int>(0xFF534D42)), "SMB");
    constexpr long xfs = 0x58465342;
    for (const long local : {long{EXT4_SUPER_MAGIC}, long{TMPFS_MAGIC}, xfs}) {
        EXPECT_FALSE(network_file_system(local).has_value()) << local;
    }
}

}  // namespace
}  // namespace larmor::server
