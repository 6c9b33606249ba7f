// SPDX-License-Identifier: Apache-2.0
#include "api/filter_value.hpp"

#include <gtest/gtest.h>

namespace larmor::api {
namespace {

using model::FieldKind;

struct Case {
    const char* value;
    const char* wanted;
    bool passes;
};

void expect_all(FieldKind kind, std::initializer_list<Case> cases) {
    for (const auto& [value, wanted, passes] : cases) {
        EXPECT_EQ(passes_filter(value, wanted, kind), passes) << value << " by " << wanted;
    }
}

}  // namespace

TEST(FilterValue, OfTextsIsExactOrAPattern) {
    expect_all(
        FieldKind::text,
        {{"Prisma", "Prisma", true},
         {"Prisma", "prisma", false},
         {"Prisma", "Pri*", true},
         {"Prisma", "%sm%", true},
         {"Prisma", "*x*", false},
         {"1-5", "1-5", true},
         {"3", "1-5", false},
         {"", "", true},
         {"x", "", false}}
    );
}

TEST(FilterValue, OfNumbersTakesRangesWithBothEnds) {
    expect_all(
        FieldKind::integer,
        {{"20", "20", true},
         {"20", "10-25", true},
         {"20", "20-20", true},
         {"20", "21-25", false},
         {"-3", "-5--1", true},
         {"-7", "-5--1", false},
         {"0.5", "0.4-0.6", true},
         {"", "0-9", false},
         {"20", "2*", true}}
    );
}

TEST(FilterValue, OfDatesTakesBothFormsAndRanges) {
    expect_all(
        FieldKind::date,
        {{"2024-05-06", "2024-05-06", true},
         {"2024-05-06", "05/06/2024", true},
         {"2024-05-06", "05/07/2024", false},
         {"2024-05-06", "01/01/2024-12/31/2024", true},
         {"2023-12-31", "01/01/2024-12/31/2024", false},
         {"2024-12-31 23:59:59.9", "12/01/2024-12/31/2024", true},
         {"", "01/01/2024-12/31/2024", false},
         {"2024-05-06", "2024-*", true}}
    );
}

}  // namespace larmor::api
