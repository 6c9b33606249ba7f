// SPDX-License-Identifier: Apache-2.0
#include "model/data_types.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::model {

using testing::Contains;
using testing::Not;

TEST(DataTypes, EveryParentIsATypeOfTheTableAndNoNameStandsTwice) {
    std::set<std::string_view> names;
    for (const auto& type : data_types()) {
        EXPECT_TRUE(names.insert(type.name).second) << type.name;
        if (type.parent.empty()) continue;
        EXPECT_NE(find_data_type(type.parent), nullptr) << type.name;
    }
    for (const auto& field : fields())
        EXPECT_NE(find_data_type(field.type), nullptr) << field.type;
}

TEST(DataTypes, InheritanceReachesOverSeveralLevels) {
    EXPECT_TRUE(is_a("xnat:mrSessionData", "xnat:experimentData"));
    EXPECT_TRUE(is_a("xnat:mrSessionData", "xnat:mrSessionData"));
    EXPECT_TRUE(is_a("xnat:qcManualAssessorData", "XNAT:imageassessordata"));
    EXPECT_FALSE(is_a("xnat:experimentData", "xnat:mrSessionData"));
    EXPECT_FALSE(is_a("xnat:mrScanData", "xnat:experimentData"));
    EXPECT_FALSE(is_a("xnat:unknownData", "xnat:experimentData"));
    EXPECT_FALSE(is_a("xnat:mrScanData", "xnat:unknownData"));
}

TEST(DataTypes, SubtypesIncludeTheTypeItself) {
    const auto types = with_subtypes("xnat:imageAssessorData");
    EXPECT_THAT(types, Contains("xnat:imageAssessorData"));
    EXPECT_THAT(types, Contains("xnat:qcManualAssessorData"));
    EXPECT_THAT(types, Not(Contains("xnat:mrSessionData")));
    EXPECT_TRUE(with_subtypes("nonsense").empty());
}

TEST(Fields, AreFoundInAncestorsAndWithoutCase) {
    ASSERT_NE(find_field("xnat:mrScanData", "id"), nullptr);
    EXPECT_EQ(find_field("xnat:mrScanData", "id")->path, "ID");
    EXPECT_NE(find_shortcut("xnat:mrSessionData", "studyInstanceUID"), nullptr);
    EXPECT_EQ(find_field("xnat:ctScanData", "parameters/tr"), nullptr);
    EXPECT_EQ(find_shortcut("xnat:mrScanData", ""), nullptr);
}

TEST(Fields, PredicatesByTypeAreCutAndThoseByNameStay) {
    EXPECT_EQ(plain_path("demographics[@xsi:type=xnat:demographicData]/age"), "demographics/age");
    EXPECT_EQ(plain_path("fields/field[name=x]/field"), "fields/field[name=x]/field");
    EXPECT_EQ(plain_path("a[@xsi:type=b"), "a[@xsi:type=b");
}

TEST(Fields, ValuesAreCheckedAndStoredInOneForm) {
    const auto& date = *find_field("xnat:mrSessionData", "date");
    EXPECT_EQ(normalise_value(date, "12/14/2006"), "2006-12-14");
    EXPECT_EQ(normalise_value(date, "2006-12-14"), "2006-12-14");
    for (const auto* bad :
         {"14.12.2006", "2006-13-01", "2006-1-1", "2020-02-30", "02/29/2021", "", "yesterday"}) {
        EXPECT_THROW(normalise_value(date, bad), Error) << bad;
    }
    const auto& frames = *find_field("xnat:mrScanData", "frames");
    EXPECT_EQ(normalise_value(frames, "240"), "240");
    EXPECT_THROW(normalise_value(frames, "many"), Error);
    const auto& time = *find_field("xnat:mrScanData", "startTime");
    EXPECT_EQ(normalise_value(time, "10:11:12.5"), "10:11:12.5");
    EXPECT_THROW(normalise_value(time, "25:00:00"), Error);
    const auto& tr = *find_field("xnat:mrScanData", "parameters/tr");
    EXPECT_EQ(normalise_value(tr, "2.5e3"), "2.5e3");
    for (const auto* bad : {"fast", "nan", "inf", "-infinity", "1e999", "1 "})
        EXPECT_THROW(normalise_value(tr, bad), Error) << bad;
}

}  // namespace larmor::model
