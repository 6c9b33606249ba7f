// SPDX-License-Identifier: Apache-2.0
#include "catalog/file_cache.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

using model::OwnerKind;
using testing::ElementsAre;

class FileCacheTest : public OnEveryCatalog {
protected:
    void SetUp() override {
        OnEveryCatalog::SetUp();
        if (!IsSkipped()) project_ = add_project("TEST");
    }
    model::Resource add_filled(const std::string& label, int files) {
        const auto resource = add_resource(OwnerKind::project, project_.key, label);
        catalog_->write([&](Change& change) {
            for (int i = 0; i < files; ++i) {
                const auto path = label + "/" + std::to_string(i);
                add_file(all, change, resource.key, make_file(path, path), Existing::keep);
            }
        });
        return resource;
    }
    /// As a request does it: the resource and its files in one snapshot.
    std::shared_ptr<const ResourceFiles> get(const model::Resource& resource) {
        return catalog_->read([&](Snapshot& snapshot) {
            return cache_.get(all, snapshot, find_resource(all, snapshot, resource.key).value());
        });
    }
    static std::vector<std::string_view> paths_of(const ResourceFiles& files) {
        std::vector<std::string_view> paths;
        for (const auto& row : files.rows())
            paths.push_back(row.path);
        return paths;
    }

    model::Project project_;
    FileCache cache_{1'000'000};
};

TEST_P(FileCacheTest, GivesAllAPlanNeeds) {
    const auto resource = add_resource(OwnerKind::project, project_.key, "R");
    auto file = make_file("ä/1.dcm", "content");
    file.content = "RAW";
    add(resource, file);
    const auto files = get(resource);
    ASSERT_EQ(files->rows().size(), 1U);
    const auto& row = files->rows().front();
    EXPECT_EQ(row.path, file.path);
    EXPECT_EQ(row.format, "DICOM");
    EXPECT_EQ(row.content, "RAW");
    EXPECT_EQ(row.object_key, file.blob.object_key);
    EXPECT_EQ(row.size, 7U);
    EXPECT_EQ(row.crc32, file.blob.digest.crc32);
    EXPECT_EQ(row.sha256, file.blob.digest.sha256);
    EXPECT_EQ(row.md5, file.blob.digest.md5);
    EXPECT_EQ(row.blob, blob_of(file)->key);
    EXPECT_EQ(row.state, model::BlobState::sound);
    EXPECT_EQ(row.created, file.created);
}

TEST_P(FileCacheTest, GivesManyInTheOrderAskedForKnownOrNot) {
    std::vector<model::Resource> resources;
    for (int i = 0; i < 1'100; ++i)
        resources.push_back(reload(add_filled(std::to_string(i), i % 3)));
    std::shuffle(resources.begin(), resources.end(), std::mt19937(1));
    const auto known = get(resources[5]);
    const auto all_files = catalog_->read([&](Snapshot& snapshot) {
        return cache_.get_all(all, snapshot, resources);
    });
    ASSERT_EQ(all_files.size(), resources.size());
    EXPECT_EQ(all_files[5], known);
    for (std::size_t i = 0; i < resources.size(); ++i) {
        ASSERT_EQ(all_files[i]->rows().size(), resources[i].file_count);
        for (const auto& row : all_files[i]->rows())
            ASSERT_TRUE(row.path.starts_with(resources[i].label + "/"));
    }
}

TEST_P(FileCacheTest, TakesLittleForAResourceOfAFewFiles) {
    EXPECT_LT(get(add_filled("R", 10))->memory_bytes(), 4'000U);
}

TEST_P(FileCacheTest, OrdersByBytesOfThePath) {
    const auto resource = add_resource(OwnerKind::project, project_.key, "R");
    for (const auto* const path : {"ä", "b", "a/10", "a/2", "B"}) {
        add(resource, make_file(path, path));
    }
    EXPECT_THAT(paths_of(*get(resource)), ElementsAre("B", "a/10", "a/2", "b", "ä"));
}

TEST_P(FileCacheTest, GivesTheSameRowsUntilTheResourceChanges) {
    const auto resource = add_filled("R", 3);
    const auto first = get(resource);
    EXPECT_EQ(get(resource), first);
    add(resource, make_file("new", "new"));
    const auto second = get(resource);
    EXPECT_NE(second, first);
    EXPECT_EQ(second->rows().size(), 4U);
    EXPECT_EQ(first->rows().size(), 3U);
    EXPECT_EQ(get(resource), second);
}

TEST_P(FileCacheTest, NoticesADamagedBlob) {
    const auto resource = add_filled("R", 1);
    const auto files = get(resource);
    const auto& file = files->rows().front();
    write(mark_blob, file.blob, file.object_key, model::BlobState::damaged);
    EXPECT_EQ(get(resource)->rows().front().state, model::BlobState::damaged);
}

TEST_P(FileCacheTest, KeepsNothingOfAChangeThatIsUndone) {
    const auto resource = add_filled("R", 1);
    EXPECT_THROW(
        catalog_->write([&](Change& change) {
            add_file(all, change, resource.key, make_file("undone", "1"), Existing::keep);
            const auto now = find_resource(all, change, resource.key).value();
            EXPECT_EQ(cache_.get(all, change, now)->rows().size(), 2U);
            throw std::runtime_error("undo");
        }),
        std::runtime_error
    );
    add(resource, make_file("done", "2"));
    EXPECT_THAT(paths_of(*get(resource)), ElementsAre("R/0", "done"));
}

TEST_P(FileCacheTest, DoesNotKeepRowsUnderARevisionTheyAreNotOf) {
    const auto resource = add_filled("R", 1);
    const auto stale = reload(resource);
    add(resource, make_file("new", "new"));
    EXPECT_EQ(
        read([&](const Visibility& v, Snapshot& s) {
            return cache_.get(v, s, stale)->rows().size();
        }),
        2U
    );
    EXPECT_EQ(get(resource)->rows().size(), 2U);
}

TEST_P(FileCacheTest, ForgetsTheLongestUnusedFirst) {
    const auto a = add_filled("a", 50);
    const auto b = add_filled("b", 50);
    const auto c = add_filled("c", 50);
    const auto size = get(a)->memory_bytes();
    FileCache cache(size * 5 / 2);
    const auto get_from = [&](const model::Resource& resource) {
        return catalog_->read([&](Snapshot& snapshot) {
            return cache.get(all, snapshot, find_resource(all, snapshot, resource.key).value());
        });
    };
    const auto first_a = get_from(a);
    const std::weak_ptr<const ResourceFiles> first_b = get_from(b);
    EXPECT_EQ(get_from(a), first_a);
    get_from(c);
    EXPECT_EQ(get_from(a), first_a);
    EXPECT_TRUE(first_b.expired());
}

TEST_P(FileCacheTest, SharesWhatIsLargerThanAllOfItAsLongAsItIsUsed) {
    const auto resource = add_filled("R", 20);
    FileCache small(100);
    const auto get_from_small = [&] {
        return catalog_->read([&](Snapshot& snapshot) {
            return small.get(all, snapshot, find_resource(all, snapshot, resource.key).value());
        });
    };
    auto files = get_from_small();
    EXPECT_EQ(files->rows().size(), 20U);
    EXPECT_EQ(get_from_small(), files);
    const std::weak_ptr<const ResourceFiles> used = files;
    files.reset();
    EXPECT_TRUE(used.expired());
    EXPECT_EQ(get_from_small()->rows().size(), 20U);
}

TEST_P(FileCacheTest, SharesNoRowsOfAnotherRevision) {
    const auto resource = add_filled("R", 20);
    FileCache small(100);
    const auto get_from_small = [&] {
        return catalog_->read([&](Snapshot& snapshot) {
            return small.get(all, snapshot, find_resource(all, snapshot, resource.key).value());
        });
    };
    const auto before = get_from_small();
    add(resource, make_file("new", "new"));
    EXPECT_EQ(get_from_small()->rows().size(), 21U);
    EXPECT_EQ(before->rows().size(), 20U);
}

TEST_P(FileCacheTest, TellsItsMemory) {
    const auto resource = add_filled("R", 1000);
    const auto files = get(resource);
    std::size_t least = 0;
    for (const auto& row : files->rows()) {
        least += sizeof(row) + row.path.size() + row.object_key.size();
    }
    EXPECT_GE(files->memory_bytes(), least);
    EXPECT_LE(files->memory_bytes(), least + 100'000);
}

TEST_P(FileCacheTest, ServesManyThreads) {
    const auto resource = add_filled("R", 100);
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 20; ++turn) {
                if (get(resource)->rows().size() >= 100) ++right;
            }
        });
    }
    for (int i = 0; i < 20; ++i)
        add(resource, make_file("more" + std::to_string(i), "x"));
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(right, 80);
    EXPECT_EQ(get(resource)->rows().size(), 120U);
}

INSTANTIATE_TEST_SUITE_P(On, FileCacheTest, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog
