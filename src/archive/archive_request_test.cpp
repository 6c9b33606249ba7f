// SPDX-License-Identifier: Apache-2.0
#include "archive/archive_request.hpp"

#include <set>

#include <gtest/gtest.h>

namespace larmor::archive {
namespace {

using model::Rights;
using model::Visibility;

const std::vector<void (*)(ArchiveRequest&)> differences = {
    [](ArchiveRequest&) {},
    [](ArchiveRequest& r) { r.format = ArchiveFormat::tar; },
    [](ArchiveRequest& r) { r.selector.project = "P"; },
    [](ArchiveRequest& r) { r.selector.project = ""; },
    [](ArchiveRequest& r) { r.selector.subject = "P"; },
    [](ArchiveRequest& r) { r.selector.experiment = "P"; },
    [](ArchiveRequest& r) { r.selector.items = ItemKind::scans; },
    [](ArchiveRequest& r) { r.selector.item = "P"; },
    [](ArchiveRequest& r) { r.selector.direction = model::Direction::in; },
    [](ArchiveRequest& r) { r.selector.resource = "P"; },
    [](ArchiveRequest& r) { r.depth = Depth::everything_below; },
    [](ArchiveRequest& r) { r.filter.contents = {"P"}; },
    [](ArchiveRequest& r) {
        r.filter.contents = {"P", "P"};
    },
    [](ArchiveRequest& r) { r.filter.formats = {"P"}; },
    [](ArchiveRequest& r) { r.filter.path = PathPattern("P/"); },
    [](ArchiveRequest& r) { r.options.layout.structure = Structure::legacy; },
    [](ArchiveRequest& r) { r.options.layout.project_in_path = true; },
    [](ArchiveRequest& r) { r.options.layout.subject_in_path = true; },
    [](ArchiveRequest& r) { r.options.times = FileTimes::kept; },
};

TEST(RequestKey, IsAnotherForEachDifference) {
    std::set<std::string> keys;
    for (const auto differ : differences) {
        ArchiveRequest request;
        differ(request);
        keys.insert(request_key(Visibility::everything(), request));
    }
    EXPECT_EQ(keys.size(), differences.size());
}

TEST(RequestKey, IsThatOfWhatTheUserMayRead) {
    const auto key = [](const Visibility& visibility) { return request_key(visibility, {}); };
    const auto reading = [](std::map<model::Key, Rights> rights) {
        return Visibility::of_projects(std::move(rights));
    };
    const Rights read{.read = true};
    const std::set<std::string> keys = {
        key(Visibility::everything()),
        key(reading({})),
        key(reading({{1, read}})),
        key(reading({{12, read}})),
        key(reading({{1, read}, {2, read}}))};
    EXPECT_EQ(keys.size(), 5);
    EXPECT_EQ(key(reading({{1, read}, {2, {}}})), key(reading({{1, read}})));
}

}  // namespace
}  // namespace larmor::archive
