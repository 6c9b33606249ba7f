// SPDX-License-Identifier: Apache-2.0
#include "api/golden.hpp"
#include "api/item_document.hpp"

namespace larmor::api {
namespace {

Item scan() {
    return {
        "xnat:mrScanData",
        {{"ID", "1"},
         {"type", "T1"},
         {"frames", "240"},
         {"parameters/tr", "2.5"},
         {"parameters/voxelRes/x", "1"},
         {"parameters/voxelRes/y", "1"}},
        0,
        {{"file", {{"xnat:resourceCatalog", {{"label", "DICOM"}, {"file_count", "2"}}, 0, {}}}}}};
}

Item session() {
    return {
        "xnat:mrSessionData",
        {{"ID", "XNAT_E00001"},
         {"label", "MR1"},
         {"project", "TEST"},
         {"note", "<b> & \"quotes\" \x02"},
         {"date", "2006-12-14"},
         {"fields/field[name=foo]/field", "bar"}},
        1'700'000'000'000,
        {{"scans/scan", {scan(), scan()}}}};
}

}  // namespace

TEST(Item, IsJsonAsClientsReadIt) {
    expect_golden("item.json", item_json(session()));
}

TEST(Item, IsXmlInTheNamespaceOfXnat) {
    expect_golden("item.xml", item_xml(session()));
}

TEST(Item, IsAPageThatNoFieldCanBreakOutOf) {
    expect_golden("item.html", item_html(session()));
}

}  // namespace larmor::api
