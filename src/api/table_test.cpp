// SPDX-License-Identifier: Apache-2.0
#include "api/table.hpp"

#include <gmock/gmock.h>

#include "api/golden.hpp"

namespace larmor::api {
namespace {

using testing::ElementsAre;

const std::vector<Row> odd_rows{
    {"1.dcm", "/data/experiments/E/resources/1/files/1.dcm", ""},
    {"a \"b\", <c> & d", "/data/x?y=1&z", "line\nbreak"},
    {"\x01 control", "Übung/日本", "'"}};

TableHead file_head() {
    TableHead head;
    head.columns = {"Name", "URI", "file_tags"};
    head.title = "Files";
    head.link_uris = true;
    return head;
}

TableHead tree_head() {
    TableHead head;
    head.columns = {"ID", "URI", "label"};
    head.title = "Projects";
    head.total = 3;
    return head;
}

std::string text_of(const http::Answer& answer) {
    return std::get<std::string>(answer.body);
}

std::string all_pages(http::Answer answer) {
    auto& pages = std::get<std::unique_ptr<stream::Pages>>(answer.body);
    std::string text;
    for (auto page = pages->next(); !page.empty(); page = pages->next())
        text += page;
    return text;
}

constexpr std::pair<Format, const char*> formats[] = {
    {Format::json, "json"}, {Format::xml, "xml"}, {Format::csv, "csv"}, {Format::html, "html"}};

}  // namespace

TEST(Table, IsWrittenAsXnatWritesIt) {
    for (const auto& [format, ending] : formats) {
        expect_golden(
            std::string("file_list.") + ending, text_of(table_answer(format, file_head(), odd_rows))
        );
        expect_golden(
            std::string("tree_list.") + ending, text_of(table_answer(format, tree_head(), odd_rows))
        );
        expect_golden(
            std::string("empty_list.") + ending, text_of(table_answer(format, file_head(), {}))
        );
    }
}

TEST(Table, InPagesIsTheSameAsAtOnce) {
    for (const auto& [format, ending] : formats) {
        std::size_t next = 0;
        const auto one_row = [&next]() -> std::vector<Row> {
            if (next == odd_rows.size()) return {};
            return {odd_rows[next++]};
        };
        EXPECT_EQ(
            all_pages(paged_table_answer(format, file_head(), one_row)),
            text_of(table_answer(format, file_head(), odd_rows))
        ) << ending;
    }
}

TEST(SortRows, PutsEmptyCellsLastAndIgnoresUnknownColumns) {
    const std::vector<std::string> columns{"Name", "Size"};
    const auto sorted = [&](const std::string& query) {
        std::vector<Row> rows{{"b", "1"}, {"a", "2"}, {"", "3"}, {"c", "1"}};
        sort_rows(rows, columns, http::parse_query(query));
        std::vector<std::string> names;
        for (const auto& row : rows)
            names.push_back(row[0] + row[1]);
        return names;
    };
    EXPECT_THAT(sorted("sortBy=name"), ElementsAre("a2", "b1", "c1", "3"));
    EXPECT_THAT(sorted("sortBy=Size,Name"), ElementsAre("b1", "c1", "a2", "3"));
    EXPECT_THAT(sorted("sortBy=Size&sortOrder=desc"), ElementsAre("3", "a2", "c1", "b1"));
    EXPECT_THAT(sorted("sortBy=nonsense"), ElementsAre("b1", "a2", "3", "c1"));
}

}  // namespace larmor::api
