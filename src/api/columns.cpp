// SPDX-License-Identifier: Apache-2.0
#include "api/columns.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "api/filter_value.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "model/data_types.hpp"

namespace larmor::api {
namespace {

struct Column {
    std::string header;
    std::string cell;
};

constexpr std::size_t columns_max = 200;  // each costs a cell in every row

/// Query keys that never are a filter, although some fields are called so.
constexpr std::array not_filters{
    "columns",
    "format",
    "xsiType",
    "sortBy",
    "sortOrder",
    "limit",
    "offset",
    "req_format",
    "fields",
    "all",
    "recent",
    "XNAT_CSRF"};

/// A field of the root type, of an ancestor or of a subtype.
template <class Predicate>
const model::Field* find_family_field(const std::string& root, Predicate predicate) {
    for (const auto& field : model::fields()) {
        const bool related = model::is_a(root, field.type) || model::is_a(field.type, root);
        if (related && predicate(field)) return &field;
    }
    return nullptr;
}

/// The path without its predicates: what a column of a custom field is called.
std::string without_predicates(std::string path) {
    for (auto at = path.find('['); at != std::string::npos; at = path.find('[')) {
        const auto end = path.find(']', at);
        path.erase(at, end == std::string::npos ? end : end + 1 - at);
    }
    return path;
}

std::optional<Column> typed_column(const ListKind& kind, const std::string& name) {
    const auto slash = name.find('/');
    const auto path = model::plain_path(name.substr(slash + 1));
    const auto* field = find_family_field(kind.root_type, [&](const model::Field& candidate) {
        return equals_ignoring_case(candidate.path, path);
    });
    auto header = to_lower(without_predicates(name));
    if (field == nullptr) {
        if (!path.starts_with("fields/field[")) return {};
        return Column{std::move(header), path};
    }
    const bool has_shortcut = !field->shortcut.empty();
    return Column{
        has_shortcut ? std::string(field->shortcut) : std::move(header), std::string(field->path)};
}

std::optional<Column> find_column(const ListKind& kind, const std::string& name) {
    if (!is_valid_utf8(name)) return {};
    static constexpr std::array read_only{
        "URI",
        "xsiType",
        "insert_date",
        "insert_user",
        "subject_label",
        "subject_project",
        "session_ID",
        "session_label",
        "session_project",
        "ID",
        "project",
        "label",
        "xnat_imagescandata_id"};
    for (const auto* known : read_only) {
        if (equals_ignoring_case(name, known)) return Column{known, known};
    }
    for (const auto& known : kind.default_columns) {
        if (equals_ignoring_case(name, known)) return Column{known, known};
    }
    if (name.find('/') != std::string::npos && name.find(':') != std::string::npos) {
        return typed_column(kind, name);
    }
    const auto* field = find_family_field(kind.root_type, [&](const model::Field& candidate) {
        return !candidate.shortcut.empty() && equals_ignoring_case(candidate.shortcut, name);
    });
    if (field == nullptr) return {};
    return Column{std::string(field->shortcut), std::string(field->path)};
}

std::vector<Column> choose_columns(const ListKind& kind, const http::Query& query) {
    std::vector<Column> columns;
    const auto add = [&](const std::string& name) {
        const auto column = find_column(kind, name);
        if (!column) return;
        const bool known = std::any_of(columns.begin(), columns.end(), [&](const Column& other) {
            return other.header == column->header;
        });
        if (!known && columns.size() < columns_max) columns.push_back(*column);
    };
    const auto asked = query.find("columns");
    if (asked && *asked != "DEFAULT" && !asked->empty()) {
        for (const auto name : split(*asked, ','))
            add(std::string(trim(name)));
        for (const auto& name : kind.always)
            add(name);
    } else {
        for (const auto& name : kind.default_columns)
            add(name);
    }
    return columns;
}

/// With `xsiType=xnat:mrSessionData` the key is `xnat:mrsessiondata/id`.
void name_key_after_type(std::vector<Column>& columns, const http::Query& query) {
    const auto* type = model::find_data_type(query.find("xsiType").value_or(""));
    if (type == nullptr) return;
    for (auto& column : columns) {
        if (column.cell == experiment_key_cell) column.header = to_lower(type->name) + "/id";
    }
}

/// What the values of a cell are, which decides how they are filtered.
model::FieldKind kind_of_cell(const ListKind& kind, const std::string& cell) {
    if (cell == "insert_date" || cell == "last_modified") return model::FieldKind::date;
    const auto* field = find_family_field(kind.root_type, [&](const model::Field& candidate) {
        return candidate.path == cell;
    });
    return field == nullptr ? model::FieldKind::text : field->kind;
}

std::string cell(const Cells& object, const std::string& name) {
    const auto found = object.find(name);
    return found == object.end() ? "" : found->second;
}

void filter(std::vector<Cells>& objects, const ListKind& kind, const http::Query& query) {
    for (const auto& parameter : query.all()) {
        const auto& name = parameter.name;
        if (!parameter.value ||
            std::find(not_filters.begin(), not_filters.end(), name) != not_filters.end()) {
            continue;
        }
        const auto column = find_column(kind, name);
        if (!column) continue;
        auto wanted = split(*parameter.value, ',');
        std::sort(wanted.begin(), wanted.end());
        wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
        const auto field_kind = kind_of_cell(kind, column->cell);
        std::erase_if(objects, [&](const Cells& object) {
            const auto value = cell(object, column->cell);
            return std::none_of(wanted.begin(), wanted.end(), [&](std::string_view item) {
                return passes_filter(value, trim(item), field_kind);
            });
        });
    }
}

std::optional<std::size_t> count(const http::Query& query, std::string_view name) {
    const auto text = query.find(name);
    if (!text || *text == "*") return {};
    const auto value = parse_integer<std::size_t>(*text);
    if (!value) {
        throw Error(
            ErrorKind::invalid_argument, std::string(name) + " '" + *text + "' is not a number"
        );
    }
    return value;
}

/// Whether a page was cut out.
bool cut_page(std::vector<Row>& rows, const ListKind& kind, const http::Query& query) {
    if (kind.paging == Paging::ignored) return false;
    constexpr std::size_t limit_beside_offset = 100;
    const auto limit = count(query, "limit"), offset = count(query, "offset");
    if ((!limit && !offset) || (limit.value_or(1) == 0 && offset.value_or(0) == 0)) return false;
    const auto first = std::min(offset.value_or(0), rows.size());
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(first));
    rows.resize(std::min(limit.value_or(limit_beside_offset), rows.size()));
    return true;
}

}  // namespace

http::Answer list_answer(
    const http::Request& request, const ListKind& kind, std::vector<Cells> objects
) {
    const auto& query = request.target.query;
    filter(objects, kind, query);
    auto columns = choose_columns(kind, query);
    name_key_after_type(columns, query);
    TableHead head;
    for (const auto& column : columns)
        head.columns.push_back(column.header);
    head.title = kind.title;
    std::vector<Row> rows;
    for (const auto& object : objects) {
        Row row;
        for (const auto& column : columns)
            row.push_back(cell(object, column.cell));
        rows.push_back(std::move(row));
    }
    sort_rows(rows, head.columns, query);
    const auto total = rows.size();
    if (!cut_page(rows, kind, query)) head.total = total;
    return table_answer(list_format(request), std::move(head), rows);
}

}  // namespace larmor::api
