// SPDX-License-Identifier: Apache-2.0
#include "server/existing_archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "server/temporary_folder.hpp"

namespace larmor::server {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class RequireArchive : public testing::Test {
protected:
    Configuration configuration() const {
        Configuration result;
        result.data = folder_.path();
        return result;
    }
    TemporaryFolder folder_;
};

TEST_F(RequireArchive, IsContentWithACatalogAndObjects) {
    folder_.write("catalog.sqlite", "");
    std::filesystem::create_directory(folder_.path() / "objects");
    EXPECT_NO_THROW(require_archive(configuration()));
}

TEST_F(RequireArchive, NamesTheCatalogThatIsNotThereAndMakesNone) {
    const auto require = [&] { require_archive(configuration()); };
    EXPECT_THAT(require, ThrowsMessage<Error>(HasSubstr("catalog.sqlite does not exist")));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(RequireArchive, NamesTheObjectsThatAreNotThere) {
    folder_.write("catalog.sqlite", "");
    auto elsewhere = configuration();
    elsewhere.objects = folder_.path() / "big";
    const auto require = [&] { require_archive(elsewhere); };
    EXPECT_THAT(require, ThrowsMessage<Error>(HasSubstr("big does not exist")));
}

}  // namespace
}  // namespace larmor::server
