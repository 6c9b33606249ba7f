// SPDX-License-Identifier: Apache-2.0
#include "api/columns.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::api {
namespace {

const ListKind kind{
    "xnat:experimentData",
    {"ID", "label", "date", "URI"},
    {"ID", "xsiType", "URI"},
    "",
    Paging::offered};

Cells object(const std::string& id, const std::string& label, const std::string& scanner) {
    return {
        {"ID", id},
        {"label", label},
        {"URI", "/data/experiments/" + id},
        {"date", ""},
        {"xsiType", "xnat:mrSessionData"},
        {"scanner", scanner},
        {"fields/field[name=foo]/field", "f" + id}};
}

std::string csv(const std::string& query) {
    http::Request request;
    request.target.query = http::parse_query(query + "&format=csv");
    const auto answer = list_answer(
        request,
        kind,
        {object("E1", "one", "Prisma"),
         object("E2", "two", "Skyra"),
         object("E3", "three", "Prisma")}
    );
    return std::get<std::string>(answer.body);
}

}  // namespace

TEST(ListColumns, AreTheDefaultsUnlessAsked) {
    EXPECT_TRUE(csv("").starts_with("ID,label,date,URI\nE1,one,,/data/experiments/E1\n"));
    EXPECT_TRUE(csv("columns=DEFAULT").starts_with("ID,label,date,URI\n"));
}

TEST(ListColumns, AreThoseAskedForAndAlwaysIdAndUri) {
    EXPECT_TRUE(csv("columns=label,nonsense").starts_with("label,ID,xsiType,URI\none,E1,"));
    EXPECT_TRUE(csv("columns=LABEL,scanner").starts_with("label,scanner,ID"));
}

TEST(ListColumns, ByPathAreCalledByShortcutOrInLowerCase) {
    EXPECT_TRUE(csv("columns=xnat:subjectAssessorData/subject_id").starts_with("subject_ID,ID"));
    EXPECT_TRUE(csv("columns=xnat:mrSessionData/scanner/model")
                    .starts_with("xnat:mrsessiondata/scanner/model,ID"));
    EXPECT_TRUE(csv("columns=xnat:mrSessionData/fields/field[name=foo]/field")
                    .starts_with("xnat:mrsessiondata/fields/field/field,ID,xsiType,URI\nfE1,"));
}

TEST(ListColumns, CallTheKeyOfExperimentsAfterTheOneTypeAskedFor) {
    const ListKind experiments{"xnat:experimentData", {experiment_key_cell}, {}, ""};
    http::Request request;
    request.target.query = http::parse_query("format=csv&xsiType=xnat:mrSessionData");
    const auto answer = list_answer(request, experiments, {{{experiment_key_cell, "E1"}}});
    EXPECT_EQ(std::get<std::string>(answer.body), "xnat:mrsessiondata/id\nE1\n");
}

TEST(ListPages, AreCutOnlyWhereTheKindOffersThem) {
    const ListKind scans{"xnat:imageScanData", {"ID"}, {}, ""};
    http::Request request;
    request.target.query = http::parse_query("format=json&limit=1");
    const auto answer = list_answer(request, scans, {{{"ID", "1"}}, {{"ID", "2"}}});
    EXPECT_NE(
        std::get<std::string>(answer.body).find("\"totalRecords\": \"2\""), std::string::npos
    );
}

TEST(ListFilters, TakeListsAndWildcards) {
    const auto ids = [](const std::string& query) {
        std::string found;
        const auto text = csv(query + "&columns=ID,label");
        for (std::size_t at = text.find("\nE"); at != std::string::npos;
             at = text.find("\nE", at + 1)) {
            found += text.substr(at + 1, 2) + " ";
        }
        return found;
    };
    EXPECT_EQ(ids("label=one,two"), "E1 E2 ");
    EXPECT_EQ(ids("label=t*"), "E2 E3 ");
    EXPECT_EQ(ids("label=%25e"), "E1 E3 ");
    EXPECT_EQ(ids("scanner=Prisma&label=t*"), "E3 ");
    EXPECT_EQ(ids("label=nothing"), "");
    EXPECT_EQ(ids("nonsense=1"), "E1 E2 E3 ");
    EXPECT_EQ(ids("limit=2"), "E1 E2 ");
    EXPECT_EQ(ids("limit=2&offset=1"), "E2 E3 ");
    EXPECT_EQ(ids("offset=9"), "");
    EXPECT_EQ(ids("limit=0&offset=0"), "E1 E2 E3 ");
    EXPECT_EQ(ids("sortBy=label"), "E1 E3 E2 ");
    for (const auto* bad : {"limit=x", "offset=-1"})
        EXPECT_THROW(csv(bad), Error) << bad;
}

}  // namespace larmor::api
