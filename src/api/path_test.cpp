// SPDX-License-Identifier: Apache-2.0
#include "api/path.hpp"

#include <tuple>

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace larmor::api {
namespace {

http::Target target(std::string_view path) {
    http::Target result;
    result.text = path;
    result.ends_with_slash = path.ends_with('/');
    for (const auto segment : split(path, '/')) {
        if (!segment.empty()) result.segments.emplace_back(segment);
    }
    return result;
}

struct Expected {
    const char* path;
    Place place;
    const char* project;
    const char* subject;
    const char* experiment;
    const char* item;
    const char* resource;
    const char* file;
};

}  // namespace

TEST(ParsePath, ReadsEveryFormOfTheTree) {
    const Expected table[] = {
        {"/data/projects", Place::projects, "", "", "", "", "", ""},
        {"/REST/archive/projects/P", Place::project, "P", "", "", "", "", ""},
        {"/data/projects/P/subjects", Place::subjects, "P", "", "", "", "", ""},
        {"/data/subjects/S", Place::subject, "", "S", "", "", "", ""},
        {"/data/experiments", Place::experiments, "", "", "", "", "", ""},
        {"/data/projects/P/experiments/E", Place::experiment, "P", "", "E", "", "", ""},
        {"/data/projects/P/subjects/S/experiments/E/scans",
         Place::scans,
         "P",
         "S",
         "E",
         "ALL",
         "",
         ""},
        {"/data/experiments/E/scans/1,T2/files", Place::files, "", "", "E", "1,T2", "", ""},
        {"/data/projects/P/experiments/E/scans/ALL/resources/DICOM/files",
         Place::files,
         "P",
         "",
         "E",
         "ALL",
         "DICOM",
         ""},
        {"/data/archive/projects/P/files/a/b.txt", Place::file, "P", "", "", "", "", "a/b.txt"},
        {"/data/projects/P/resources/R/files/sub/", Place::file, "P", "", "", "", "R", "sub/"},
        {"/data/experiments/E/resources", Place::resources, "", "", "E", "", "", ""},
        {"/data/experiments/E/assessors/A/OUT/resources/R",
         Place::resource,
         "",
         "",
         "E",
         "A",
         "R",
         ""},
    };
    for (const auto& expected : table) {
        const auto path = parse_path(target(expected.path));
        ASSERT_TRUE(path) << expected.path;
        EXPECT_EQ(path->place, expected.place) << expected.path;
        EXPECT_EQ(path->selector.project.value_or(""), expected.project) << expected.path;
        EXPECT_EQ(path->selector.subject.value_or(""), expected.subject) << expected.path;
        EXPECT_EQ(path->selector.experiment.value_or(""), expected.experiment) << expected.path;
        EXPECT_EQ(path->selector.item, expected.item) << expected.path;
        EXPECT_EQ(path->selector.resource.value_or(""), expected.resource) << expected.path;
        EXPECT_EQ(path->file, expected.file) << expected.path;
    }
}

TEST(ParsePath, TakesInAndOutOnlyWhereTheyBelong) {
    const auto direction = [](std::string_view path) {
        return parse_path(target(path)).value().selector.direction;
    };
    EXPECT_EQ(direction("/data/experiments/E/assessors/A/in/files"), model::Direction::in);
    EXPECT_EQ(direction("/data/experiments/E/reconstructions/R/out/files"), model::Direction::out);
    EXPECT_EQ(direction("/data/experiments/E/assessors/A/files"), model::Direction::out);
    EXPECT_FALSE(parse_path(target("/data/experiments/E/scans/1/in/files")));
    EXPECT_FALSE(parse_path(target("/data/experiments/E/assessors/A/out")));
}

TEST(ParsePath, ReadsTheUsersCache) {
    const auto read = [](std::string_view path) {
        const auto parsed = parse_path(target(path));
        return parsed ? std::tuple(parsed->place, parsed->selector.resource, parsed->file)
                      : std::tuple(Place::projects, std::optional<std::string>(), std::string());
    };
    const std::optional<std::string> none;
    const std::optional<std::string> x = "X";
    EXPECT_EQ(read("/data/user/cache/resources"), std::tuple(Place::cache_resources, none, ""));
    EXPECT_EQ(read("/REST/user/cache/resources/X"), std::tuple(Place::cache_resource, x, ""));
    EXPECT_EQ(
        read("/data/archive/user/cache/resources/X/files"), std::tuple(Place::cache_files, x, "")
    );
    EXPECT_EQ(
        read("/data/user/cache/resources/X/files/a/b/"), std::tuple(Place::cache_file, x, "a/b/")
    );
    for (const auto* path :
         {"/data/user",
          "/data/user/cache",
          "/data/user/cache/files",
          "/data/user/cache/files/a",
          "/data/user/cache/X",
          "/data/user/resources/X",
          "/user/cache/resources",
          "/data/projects/P/user/cache/resources",
          "/data/user/cache/resources/X/nonsense"}) {
        EXPECT_FALSE(parse_path(target(path))) << path;
    }
}

TEST(ParsePath, KnowsNoOtherPaths) {
    for (const auto* path :
         {"/",
          "/data",
          "/date/projects",
          "/data/projects/P/filesabc",
          "/data/files",
          "/data/resources/1",
          "/data/projects/P/scans/1",
          "/data/experiments/E/scans/1/nonsense",
          "/data/projects/P/subjects/S/files/..;",
          "/xapi/nothing",
          "/data/version"}) {
        const auto parsed = parse_path(target(path));
        EXPECT_TRUE(!parsed || parsed->place == Place::file) << path;
    }
}

}  // namespace larmor::api
