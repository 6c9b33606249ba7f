// SPDX-License-Identifier: Apache-2.0
#include "archive/resource_matcher.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::archive {
namespace {

constexpr auto labels_and_ids = ResourceNaming::labels_and_ids;
constexpr auto one_label = ResourceNaming::one_label;

model::Resource resource(model::Key key, const std::string& label) {
    model::Resource made;
    made.key = key;
    made.label = label;
    return made;
}

bool matches(const std::string& text, ResourceNaming naming, const model::Resource& one) {
    return ResourceMatcher(text, naming).matches(one);
}

}  // namespace

TEST(ResourceMatcher, TakesLabelsIdsAndNull) {
    EXPECT_TRUE(matches("DICOM, 7", labels_and_ids, resource(1, "DICOM")));
    EXPECT_TRUE(matches("DICOM, 7", labels_and_ids, resource(7, "NIFTI")));
    EXPECT_FALSE(matches("DICOM, 7", labels_and_ids, resource(8, "dicom")));
    EXPECT_TRUE(matches("null", labels_and_ids, resource(1, "")));
    EXPECT_FALSE(matches("NULL", labels_and_ids, resource(1, "NULL")));
    EXPECT_FALSE(matches("7", labels_and_ids, resource(1, "7")));
    EXPECT_FALSE(matches("", labels_and_ids, resource(1, "")));
}

TEST(ResourceMatcher, OfAUsersCacheTakesOneLabelAsItStands) {
    for (const auto* label : {"7", "NULL", "DICOM,7", "12345678901234567890123"})
        EXPECT_TRUE(matches(label, one_label, resource(1, label))) << label;
    EXPECT_FALSE(matches("1", one_label, resource(1, "x")));
    EXPECT_FALSE(matches("NULL", one_label, resource(1, "")));
    ResourceMatcher unknown("7", one_label);
    EXPECT_NO_THROW(unknown.require_key_seen());
}

TEST(ResourceMatcher, RequiresAnIdThatStandsAlone) {
    const auto require = [](const std::string& text) {
        ResourceMatcher matcher(text, labels_and_ids);
        matcher.matches(resource(7, "DICOM"));
        matcher.require_key_seen();
    };
    EXPECT_NO_THROW(require("7"));
    EXPECT_NO_THROW(require("8,9"));
    EXPECT_NO_THROW(require("8,NOPE"));
    EXPECT_NO_THROW(require("NOPE"));
    EXPECT_THROW(require("8"), Error);
    EXPECT_THROW(require("12345678901234567890123"), Error);
}

TEST(ResourceMatcher, ReadsAPlusAsABlankOnlyWhereItNamesNothing) {
    const std::vector<model::Resource> there{resource(1, "P L"), resource(2, "T+C")};
    ResourceMatcher matcher("P+L,T+C", labels_and_ids);
    EXPECT_FALSE(matcher.matches(there[0]));
    matcher.read_plus_as_blank(there);
    EXPECT_TRUE(matcher.matches(there[0]));
    EXPECT_TRUE(matcher.matches(there[1]));
    EXPECT_FALSE(matcher.matches(resource(3, "T C")));
}

}  // namespace larmor::archive
