// SPDX-License-Identifier: Apache-2.0
#include "api/table.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "api/xml_text.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

std::string quote_json(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string quote_csv(std::string_view text) {
    std::string cell(text);
    std::replace(cell.begin(), cell.end(), '\n', ' ');
    std::replace(cell.begin(), cell.end(), '\r', ' ');
    if (cell.find_first_of(",\"") == std::string::npos) return cell;
    return '"' + replace_all(std::move(cell), "\"", "\"\"") + '"';
}

std::string csv_line(const Row& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        line += quote_csv(cells[i]);
    }
    return line + '\n';
}

std::string json_row(const Row& columns, const Row& row) {
    std::string text = "{";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) text += ',';
        text += quote_json(columns[i]) + ':' + quote_json(row[i]);
    }
    return text + '}';
}

std::string xml_row(const Row& row) {
    std::string text = "<row>";
    for (const auto& cell : row)
        text += "<cell>" + escape_xml(cell) + "</cell>";
    return text + "</row>";
}

std::string html_row(const TableHead& head, const Row& row, std::size_t index) {
    std::string text =
        index % 2 == 0 ? "<tr class=\"x_rs_tr_data\">" : "<tr class=\"x_rs_tr_data even\">";
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto cell = escape_xml(row[i]);
        const bool link = head.columns[i] == "URI";
        text +=
            link ? "<td><a href=\"" + cell + "\">" + cell + "</a></td>" : "<td>" + cell + "</td>";
    }
    return text + "</tr>\n";
}

/// Rows as text, a page at a time.
class TablePages : public stream::Pages {
public:
    TablePages(TableWriter writer, std::function<std::vector<Row>()> next_rows)
        : writer_(std::move(writer)), next_rows_(std::move(next_rows)) {}

    /// Looks one page ahead, so that a short list is one page and can be sent with its length.
    std::string next() override {
        if (ended_) return "";
        std::string page;
        if (!begun_) {
            page = writer_.begin();
            rows_ = next_rows_();
            begun_ = true;
        }
        for (const auto& row : rows_)
            page += writer_.row(row);
        if (!rows_.empty()) rows_ = next_rows_();
        ended_ = rows_.empty();
        if (ended_) page += writer_.end();
        return page;
    }

private:
    TableWriter writer_;
    std::function<std::vector<Row>()> next_rows_;
    std::vector<Row> rows_;
    bool begun_ = false;
    bool ended_ = false;
};

}  // namespace

std::string TableWriter::begin() const {
    switch (format_) {
        case Format::csv: return csv_line(head_.columns);
        case Format::xml: {
            std::string text = "<ResultSet";
            if (head_.total) text += " totalRecords=\"" + std::to_string(*head_.total) + '"';
            if (!head_.title.empty()) text += " title=\"" + escape_xml(head_.title) + '"';
            text += "><results><columns>";
            for (const auto& column : head_.columns) {
                const bool link = head_.link_uris && column == "URI";
                text += (link ? "<column serverRoot=\"\">" : "<column>") + escape_xml(column) +
                        "</column>";
            }
            return text + "</columns><rows>";
        }
        case Format::html: {
            std::string text = "<html><body><table class=\"x_rs_t\">\n<tr class=\"x_rs_tr_head\">";
            for (const auto& column : head_.columns)
                text += "<th>" + escape_xml(column) + "</th>";
            return text + "</tr>\n";
        }
        case Format::json:
        case Format::zip:
        case Format::tar:
        case Format::tar_gz: break;
    }
    std::string text = "{\"ResultSet\":{";
    if (head_.link_uris) text += R"("Columns":[{"key":"URI","serverRoot":""}],)";
    return text + "\"Result\":[";
}

std::string TableWriter::row(const Row& row) {
    const auto index = rows_++;
    switch (format_) {
        case Format::csv: return csv_line(row);
        case Format::xml: return xml_row(row);
        case Format::html: return html_row(head_, row, index);
        case Format::json:
        case Format::zip:
        case Format::tar:
        case Format::tar_gz: break;
    }
    return (index > 0 ? "," : "") + json_row(head_.columns, row);
}

std::string TableWriter::end() const {
    switch (format_) {
        case Format::csv: return "";
        case Format::xml: return "</rows></results></ResultSet>";
        case Format::html: return "</table></body></html>";
        case Format::json:
        case Format::zip:
        case Format::tar:
        case Format::tar_gz: break;
    }
    std::string text = "]";
    if (head_.total) text += ", \"totalRecords\": \"" + std::to_string(*head_.total) + '"';
    if (!head_.title.empty()) text += ", \"title\": " + quote_json(head_.title);
    return text + "}}";
}

void sort_rows(
    std::vector<Row>& rows, const std::vector<std::string>& columns, const http::Query& query
) {
    const auto sort_by = query.find("sortBy");
    if (!sort_by) return;
    std::vector<std::size_t> keys;
    for (const auto name : split(*sort_by, ',')) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const bool is_known = std::find(keys.begin(), keys.end(), i) != keys.end();
            if (!is_known && equals_ignoring_case(columns[i], trim(name))) keys.push_back(i);
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
        for (const auto key : keys) {
            if (a[key] == b[key]) continue;
            if (a[key].empty() != b[key].empty()) return b[key].empty();
            return a[key] < b[key];
        }
        return false;
    });
    const auto order = query.find("sortOrder");
    if (order && equals_ignoring_case(*order, "DESC")) std::reverse(rows.begin(), rows.end());
}

http::Answer table_answer(Format format, TableHead head, const std::vector<Row>& rows) {
    TableWriter writer(format, std::move(head));
    auto text = writer.begin();
    for (const auto& row : rows)
        text += writer.row(row);
    text += writer.end();
    http::Answer answer;
    answer.content_type = media_type(format);
    answer.body = std::move(text);
    return answer;
}

http::Answer paged_table_answer(
    Format format, TableHead head, std::function<std::vector<Row>()> next_rows
) {
    http::Answer answer;
    answer.content_type = media_type(format);
    answer.body =
        std::make_unique<TablePages>(TableWriter(format, std::move(head)), std::move(next_rows));
    return answer;
}

}  // namespace larmor::api
