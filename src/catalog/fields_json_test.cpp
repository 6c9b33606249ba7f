// SPDX-License-Identifier: Apache-2.0
#include "catalog/fields_json.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::catalog {
namespace {

TEST(FieldsJson, GivesBackWhatWasWritten) {
    const model::Fields cases[] = {
        {},
        {{"demographics/age", "42"}},
        {{"fields/field[name=foo]/field", "it's \"quoted\" \\ \n\t\x01"}, {"a", "größe 🧠"}},
        {{"", " "}, {"{}", "[1,2]"}},
    };
    for (const auto& fields : cases)
        EXPECT_EQ(parse_fields(format_fields(fields)), fields);
}

TEST(FieldsJson, IsAnObjectInOrderOfName) {
    EXPECT_EQ(format_fields({}), "{}");
    EXPECT_EQ(format_fields({{"b", "2"}, {"a", "1"}}), R"({"a":"1","b":"2"})");
}

TEST(FieldsJson, RefusesWhatIsNoObjectOfTexts) {
    for (const auto* const bad :
         {"", "null", "[]", "\"a\"", "{", R"({"a":1})", R"({"a":null})", R"({"a":{}})", "{} x"}) {
        try {
            parse_fields(bad);
            FAIL() << bad;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::corrupt) << bad;
        }
    }
}

}  // namespace
}  // namespace larmor::catalog
