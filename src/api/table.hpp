// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/format.hpp"
#include "http/answer.hpp"

namespace larmor::api {

using Row = std::vector<std::string>;

/// What stands around the rows of a list.
struct TableHead {
    std::vector<std::string> columns;
    std::string title;                 // empty: none
    bool link_uris = false;            // file lists say which column is a link
    std::optional<std::size_t> total;  // `totalRecords`; absent on file lists
};

/// Writes XNAT's list envelope in one format, row by row. Every cell is a text.
class TableWriter {
public:
    TableWriter(Format format, TableHead head) : format_(format), head_(std::move(head)) {}
    std::string begin() const;
    /// `row` has a cell for each column.
    std::string row(const Row& row);
    std::string end() const;

private:
    Format format_;
    TableHead head_;
    std::size_t rows_ = 0;
};

/// XNAT's `sortBy=A,B` and `sortOrder=DESC`: by these columns, as texts, empty cells last;
/// unknown columns do not count.
void sort_rows(
    std::vector<Row>& rows, const std::vector<std::string>& columns, const http::Query& query
);

/// A list whose rows are at hand.
http::Answer table_answer(Format format, TableHead head, const std::vector<Row>& rows);
/// A list whose rows come in pages; `next_rows` gives none at the end.
http::Answer paged_table_answer(
    Format format, TableHead head, std::function<std::vector<Row>()> next_rows
);

}  // namespace larmor::api
