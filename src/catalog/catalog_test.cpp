// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog.hpp"

#include <atomic>
#include <future>
#include <thread>

#include "catalog/catalog_fixture.hpp"
#include "catalog/schema.hpp"

namespace larmor::catalog {
namespace {

using model::OwnerKind;
using testing::HasSubstr;

class CatalogTest : public OnEveryCatalog {};

TEST_P(CatalogTest, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
    const auto subject = add_subject(add_project("TEST"), "1");
    catalog_.reset();
    catalog_ = std::make_unique<Catalog>(location());
    EXPECT_EQ(read(find_subject, subject.id)->label, "1");
    EXPECT_EQ(add_subject(read(find_project, "TEST").value(), "2").id, "XNAT_S00002");
}

TEST_P(CatalogTest, OfANewerProgramIsRefused) {
    const auto known = catalog_schema().migrations.size();
    sql::use_database(location(), [&](sql::Connection& connection) {
        connection.execute("UPDATE schema_version SET version = ?", {known + 1});
    });
    try {
        Catalog again(location());
        FAIL() << "a newer catalog was opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), HasSubstr("version " + std::to_string(known + 1)));
        EXPECT_THAT(error.what(), HasSubstr("up to " + std::to_string(known)));
    }
}

TEST_P(CatalogTest, ReturnsWhatTheFunctionReturns) {
    EXPECT_EQ(catalog_->read([](Snapshot&) { return 7; }), 7);
    EXPECT_EQ(catalog_->write([](Change&) { return std::string("seven"); }), "seven");
    EXPECT_THROW(
        catalog_->read([](Snapshot&) { throw std::runtime_error("no"); }), std::runtime_error
    );
}

TEST_P(CatalogTest, ShowsAReaderAllOfAChangeOrNothing) {
    const auto project = add_project("TEST");
    const auto resource = add_resource(OwnerKind::project, project.key, "R");
    std::atomic<bool> is_done = false;
    auto writer = std::async(std::launch::async, [&] {
        for (int i = 0; i < 30; ++i) {
            catalog_->write([&](Change& change) {
                for (const auto* const half : {"a", "b"}) {
                    const auto path = half + std::to_string(i);
                    add_file(all, change, resource.key, make_file(path, path), Existing::keep);
                }
            });
        }
        is_done = true;
    });
    while (!is_done) {
        catalog_->read([&](Snapshot& snapshot) {
            const auto now = find_resource(all, snapshot, resource.key).value();
            EXPECT_EQ(now.file_count % 2, 0U);
            EXPECT_EQ(list_files(all, snapshot, now, "", 1000).size(), now.file_count);
        });
    }
    writer.get();
    EXPECT_EQ(reload(resource).file_count, 60U);
}

TEST_P(CatalogTest, LetsTheWriterGoOnBesideALongRead) {
    const auto project = add_project("TEST");
    catalog_->read([&](Snapshot& snapshot) {
        EXPECT_TRUE(list_subjects(all, snapshot, project.key).empty());
        std::async(std::launch::async, [&] { add_subject(project, "1"); }).get();
        EXPECT_TRUE(list_subjects(all, snapshot, project.key).empty());
    });
    EXPECT_EQ(read(list_subjects, project.key).size(), 1U);
}

TEST_P(CatalogTest, AnswersEveryOneOfManyUploadsAtOnce) {
    const auto resource = add_resource(OwnerKind::project, add_project("TEST").key, "R");
    std::vector<model::File> files;
    for (int i = 0; i < 100; ++i) {
        files.push_back(make_file(std::to_string(i / 2), "content " + std::to_string(i)));
    }
    std::vector<std::future<AddedFile>> uploads;
    for (const auto& file : files) {
        uploads.push_back(std::async(std::launch::async, [&] {
            return add(resource, file, Existing::keep);
        }));
    }
    int stored = 0;
    for (auto& upload : uploads)
        stored += upload.get().outcome == Added::stored ? 1 : 0;
    EXPECT_EQ(stored, 50);
    EXPECT_EQ(reload(resource).file_count, 50U);
    EXPECT_TRUE(contradictions().empty());
}

TEST_P(CatalogTest, RefusesTextsThatOneOfTheDatabasesCannotKeep) {
    const auto project = add_project("TEST");
    const std::string nul("a\0b", 3);
    for (const auto& label : {nul, std::string("\xFF")}) {
        EXPECT_EQ(kind_of([&] { add_subject(project, label); }), ErrorKind::invalid_argument);
        EXPECT_EQ(
            kind_of([&] { read(find_subject_in, project.key, label); }), ErrorKind::invalid_argument
        );
    }
}

TEST_P(CatalogTest, TakesTheSiteIdIntoAccessionIds) {
    const auto project = add_project("TEST");
    sql::use_database(location(), [&](sql::Connection& connection) {
        connection.execute(
            "UPDATE setting SET value = ? WHERE name = 'site_id'", {"My \"Lab-1\" '^"}
        );
        connection.execute("UPDATE accession_counter SET next = 99999");
    });
    EXPECT_EQ(add_subject(project, "1").id, "MyLab_1_S99999");
    EXPECT_EQ(add_subject(project, "2").id, "MyLab_1_S100000");
}

INSTANTIATE_TEST_SUITE_P(On, CatalogTest, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog
