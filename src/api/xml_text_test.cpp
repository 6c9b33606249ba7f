// SPDX-License-Identifier: Apache-2.0
#include "api/xml_text.hpp"

#include <gtest/gtest.h>

namespace larmor::api {

TEST(XmlText, HoldsOnlyWhatAReaderTakes) {
    EXPECT_EQ(
        xml_text("a\tb\n\x01"
                 "c"),
        "a\tb\n\xEF\xBF\xBD"
        "c"
    );
    EXPECT_EQ(xml_text("a\xEF\xBF\xBE\xEF\xBF\xBF"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(
        xml_text("Gr\xC3\xB6\xC3\x9F"
                 "e"),
        "Gr\xC3\xB6\xC3\x9F"
        "e"
    );
}

TEST(XmlText, IsEscapedForContentAndAttributes) {
    EXPECT_EQ(escape_xml("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;'");
}

}  // namespace larmor::api
