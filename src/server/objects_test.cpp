// SPDX-License-Identifier: Apache-2.0
#include "server/objects.hpp"

#include <functional>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "catalog/files.hpp"
#include "catalog/identity.hpp"
#include "catalog/projects.hpp"
#include "catalog/resources.hpp"
#include "server/temporary_folder.hpp"
#include "storage/archive_id.hpp"

namespace larmor::server {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class OpenObjects : public testing::Test {
protected:
    void open() { open_objects(catalog_, objects_); }
    std::optional<std::string> id_of_catalog() {
        return catalog_.read([&](catalog::Snapshot& snapshot) {
            return catalog::find_archive_id(all_, snapshot);
        });
    }
    std::optional<std::string> id_of_folder() const { return storage::read_archive_id(objects_); }
    void add_blob() {
        catalog_.write([&](catalog::Change& change) {
            model::Project project;
            project.id = "P";
            model::Resource resource;
            resource.owner = {
                model::OwnerKind::project, catalog::create_project(all_, change, project).key};
            const auto key = catalog::create_resource(all_, change, resource).key;
            model::File file;
            file.path = "a";
            file.blob.object_key = "batch/1";
            catalog::add_file(all_, change, key, file, catalog::Existing::keep);
        });
    }

    const model::Visibility all_ = model::Visibility::everything();
    TemporaryFolder folder_;
    std::filesystem::path objects_ = folder_.path() / "objects";
    catalog::Catalog catalog_{(folder_.path() / "catalog.sqlite").string()};
};

TEST_F(OpenObjects, GivesFolderAndCatalogTheSameIdThatStays) {
    open();
    const auto id = id_of_folder();
    ASSERT_TRUE(id);
    EXPECT_EQ(id->size(), 32U);
    EXPECT_EQ(id_of_catalog(), id);
    add_blob();
    open();
    EXPECT_EQ(id_of_folder(), id);
}

TEST_F(OpenObjects, RefusesAFolderWithoutIdOnceThereAreBlobsAndMakesNone) {
    open();
    add_blob();
    std::filesystem::remove_all(objects_);
    const auto open_again = [&] { open(); };
    EXPECT_THAT(open_again, ThrowsMessage<Error>(HasSubstr(objects_.string())));
    EXPECT_FALSE(std::filesystem::exists(objects_));
}

TEST_F(OpenObjects, RefusesTheFolderOfAnotherArchive) {
    open();
    const auto id = id_of_catalog().value();
    storage::write_archive_id(objects_, "another");
    const auto open_again = [&] { open(); };
    EXPECT_THAT(
        open_again,
        ThrowsMessage<Error>(
            AllOf(HasSubstr(objects_.string()), HasSubstr("another"), HasSubstr(id))
        )
    );
}

TEST_F(OpenObjects, RefusesANewCatalogOnTheFolderOfAnotherArchive) {
    std::filesystem::create_directory(objects_);
    storage::write_archive_id(objects_, "another");
    const auto open_new = [&] { open(); };
    EXPECT_THAT(open_new, ThrowsMessage<Error>(HasSubstr("another")));
    EXPECT_FALSE(id_of_catalog());
}

TEST_F(OpenObjects, CompletesAStartThatWasKilledOnItsWay) {
    open();
    const auto id = id_of_catalog();
    std::filesystem::remove(objects_ / "archive-id");
    open();
    EXPECT_EQ(id_of_folder(), id);
}

TEST_F(OpenObjects, GivesAnIdToAnArchiveThatIsOlderThanIds) {
    add_blob();
    std::filesystem::create_directory(objects_);
    storage::write_archive_id(objects_, "made before a crash");
    open();
    EXPECT_EQ(id_of_catalog(), "made before a crash");
}

TEST_F(OpenObjects, DoesNotTakeTheIdForAnObject) {
    const auto store = open_objects(catalog_, objects_);
    int objects = 0;
    store->for_each([&](const storage::ObjectStatus&) { ++objects; });
    EXPECT_EQ(objects, 0);
}

}  // namespace
}  // namespace larmor::server
