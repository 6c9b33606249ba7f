// SPDX-License-Identifier: Apache-2.0
#include "api/file_list.hpp"

#include "api/catalog_document.hpp"
#include "api/table.hpp"
#include "archive/browse.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

using archive::ListedFile;

constexpr std::size_t sorted_rows_max = 100'000;  // all of them are in memory

const std::vector<std::string> file_columns{
    "Name",
    "Size",
    "URI",
    "collection",
    "file_tags",
    "file_format",
    "file_content",
    "cat_ID",
    "digest"};
constexpr std::size_t uri_column = 2;

/// Of a user's cache XNAT says less, and the whole path as the name.
const std::vector<std::string> cache_columns{"Name", "Size", "URI"};

/// The name of the column in place of `URI`; empty: none.
std::string locator_of(const http::Query& query) {
    const auto asked = query.find("locator").value_or("");
    for (const auto* known : {"absolutePath", "projectPath"}) {
        if (equals_ignoring_case(asked, known)) return known;
    }
    return "";
}

/// The columns of a list and what stands in them.
class Shape {
public:
    explicit Shape(const Call& call)
        : locator_(call.is_in_user_cache() ? "" : locator_of(call.query())),
          is_cache_(call.is_in_user_cache()) {}

    TableHead head() const {
        TableHead head;
        head.columns = is_cache_ ? cache_columns : file_columns;
        if (!locator_.empty()) head.columns[uri_column] = locator_;
        if (!is_cache_) head.title = "Files";
        head.link_uris = true;
        return head;
    }

    Row row(const ListedFile& listed) const {
        const auto& file = listed.file;
        const auto size = std::to_string(file.blob.digest.size);
        if (is_cache_) return {file.path, size, listed.uri};
        const auto& resource = listed.resource->resource;
        return {
            file.name(),
            size,
            locator_.empty() ? listed.uri : listed.layout_path,
            resource.label,
            file.tags,
            file.format,
            file.content,
            std::to_string(resource.key),
            digest_to_hex(file.blob.digest.md5)};
    }

private:
    std::string locator_;
    bool is_cache_;
};

std::vector<Row> next_rows(const Shape& shape, archive::FileListing& listing) {
    std::vector<Row> rows;
    for (const auto& listed : listing.next_page())
        rows.push_back(shape.row(listed));
    return rows;
}

std::vector<Row> all_rows(const Shape& shape, archive::FileListing& listing) {
    std::vector<Row> rows;
    for (auto page = next_rows(shape, listing); !page.empty(); page = next_rows(shape, listing)) {
        if (rows.size() + page.size() > sorted_rows_max) {
            throw Error(
                ErrorKind::too_large, "more than 100,000 files are listed only without sortBy"
            );
        }
        std::move(page.begin(), page.end(), std::back_inserter(rows));
    }
    return rows;
}

http::Answer xcat_answer(const Call& call, archive::FileListing listing) {
    http::Answer answer;
    answer.content_type = "application/xcat";
    answer.headers.add("Content-Disposition", "inline; filename=\"files.xcat\"");
    answer.body = address_catalog(std::move(listing), site_of(call.request));
    return answer;
}

}  // namespace

archive::FileFilter filter_of(const Call& call, archive::PathPattern pattern) {
    return {
        .contents = call.query().find_all("file_content"),
        .formats = call.query().find_all("file_format"),
        .path = std::move(pattern)};
}

std::shared_ptr<archive::FileListing> open_listing(
    const Services& services, const Call& call, archive::FileFilter filter
) {
    auto selection = archive::read_selection(
        services.catalog, call.who.visibility, call.selector(), depth_of(call.query())
    );
    const bool direct = call.query().find("recursive") && !call.query().is_true("recursive");
    return std::make_shared<archive::FileListing>(
        services.catalog,
        call.who.visibility,
        std::move(selection),
        std::move(filter),
        direct ? archive::Reach::direct : archive::Reach::below
    );
}

http::Answer list_files(const Services& services, const Call& call, archive::PathPattern pattern) {
    auto listing = open_listing(services, call, filter_of(call, std::move(pattern)));
    if (wants_xcat(call.query())) return xcat_answer(call, std::move(*listing));
    const Shape shape(call);
    auto head = shape.head();
    const auto format = list_format(call.request);
    if (call.query().find("sortBy")) {
        auto rows = all_rows(shape, *listing);
        sort_rows(rows, head.columns, call.query());
        return table_answer(format, std::move(head), rows);
    }
    return paged_table_answer(format, std::move(head), [shape, listing] {
        return next_rows(shape, *listing);
    });
}

}  // namespace larmor::api
