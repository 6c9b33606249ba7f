// SPDX-License-Identifier: Apache-2.0
#include "api/files.hpp"

#include "api/archive_options.hpp"
#include "api/format.hpp"
#include "api/table.hpp"
#include "archive/browse.hpp"
#include "archive/listing.hpp"
#include "archive/resource.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

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

Row row_of(const archive::ListedFile& listed) {
    const auto& file = listed.file;
    const auto& resource = listed.resource->resource;
    return {
        file.name(),
        std::to_string(file.blob.digest.size),
        listed.uri,
        resource.label,
        file.tags,
        file.format,
        file.content,
        std::to_string(resource.key),
        digest_to_hex(file.blob.digest.md5)};
}

archive::FileFilter filter_of(const http::Query& query) {
    return {.contents = query.find_all("file_content"), .formats = query.find_all("file_format")};
}

/// Absent unless `format=` names one.
std::optional<Format> wanted_archive(const Call& call) {
    const auto format = asked_format(call.query());
    return format && is_archive(*format) ? format : std::nullopt;
}

archive::ArchiveFormat packed_as(Format format) {
    if (format == Format::tar) return archive::ArchiveFormat::tar;
    if (format == Format::tar_gz) return archive::ArchiveFormat::tar_gz;
    return archive::ArchiveFormat::zip;
}

std::string extension_of(Format format) {
    if (format == Format::tar) return ".tar";
    return format == Format::tar_gz ? ".tar.gz" : ".zip";
}

std::vector<Row> next_rows(archive::FileListing& listing) {
    std::vector<Row> rows;
    for (const auto& listed : listing.next_page())
        rows.push_back(row_of(listed));
    return rows;
}

std::vector<Row> all_rows(archive::FileListing& listing) {
    std::vector<Row> rows;
    for (auto page = next_rows(listing); !page.empty(); page = next_rows(listing)) {
        if (rows.size() + page.size() > sorted_rows_max) {
            throw Error(
                ErrorKind::too_large, "more than 100,000 files are listed only without sortBy"
            );
        }
        std::move(page.begin(), page.end(), std::back_inserter(rows));
    }
    return rows;
}

std::shared_ptr<archive::FileListing> open_listing(
    const Services& services, const Call& call, const std::string& folder
) {
    auto selection = archive::read_selection(
        services.catalog, call.who.visibility, call.selector(), depth_of(call.query())
    );
    const bool direct = call.query().find("recursive") && !call.query().is_true("recursive");
    return std::make_shared<archive::FileListing>(
        services.catalog,
        call.who.visibility,
        std::move(selection),
        filter_of(call.query()),
        folder,
        direct ? archive::Reach::direct : archive::Reach::below
    );
}

http::Answer list_files(const Services& services, const Call& call, const std::string& folder) {
    auto listing = open_listing(services, call, folder);
    TableHead head;
    head.columns = file_columns;
    head.title = "Files";
    head.link_uris = true;
    const auto format = list_format(call.request);
    if (call.query().find("sortBy")) {
        auto rows = all_rows(*listing);
        sort_rows(rows, head.columns, call.query());
        return table_answer(format, std::move(head), rows);
    }
    return paged_table_answer(format, std::move(head), [listing] { return next_rows(*listing); });
}

/// 404, or 204 for a client that asked for that with `accept-not-found`.
http::Answer nothing_found(const Call& call, const std::string& message) {
    if (call.query().is_true("accept-not-found")) return text_answer("", 204);
    throw Error(ErrorKind::not_found, message);
}

/// The request's own URL with `etag=` in its query, so that a resume can never splice.
std::string pinned_url(const http::Request& request, const std::string& etag) {
    const auto& text = request.target.text;
    const auto query_at = text.find('?');
    std::string url = text.substr(0, query_at) + "?";
    if (query_at != std::string::npos) {
        for (const auto parameter : split(std::string_view(text).substr(query_at + 1), '&')) {
            if (parameter.empty() || parameter.starts_with("etag=")) continue;
            url += std::string(parameter) + "&";
        }
    }
    return url + "etag=" + etag;
}

std::string without_quotes(const std::string& etag) {
    return replace_all(etag, "\"", "");
}

void require_pinned(const http::Query& query, const std::string& etag) {
    const auto pinned = query.find("etag");
    if (pinned && without_quotes(*pinned) != etag) {
        throw Error(
            ErrorKind::precondition_failed,
            "the selection is no longer that of etag=" + without_quotes(*pinned) + "; it is " + etag
        );
    }
}

/// Without length, ETag and ranges, so it cannot be pinned either.
http::Answer deflated_answer(const Call& call, archive::Download download) {
    if (call.query().find("etag")) {
        throw Error(ErrorKind::precondition_failed, "an archive with compression=8 has no ETag");
    }
    http::Answer answer;
    answer.content_type = media_type(Format::zip);
    answer.headers.add("Content-Disposition", http::attachment(download.name));
    answer.headers.add("Cache-Control", "private, no-cache");
    answer.body = std::move(download.pages);
    return answer;
}

http::Answer archive_answer(const Services& services, const Call& call, Format format) {
    const auto archive_format = packed_as(format);
    auto download = services.downloads.find_archive(
        call.who.visibility,
        {.format = archive_format,
         .selector = call.selector(),
         .depth = depth_of(call.query()),
         .filter = filter_of(call.query()),
         .path = call.path.file,
         .options = read_archive_options(call.query(), archive_format)}
    );
    if (!download) return nothing_found(call, "no files are selected");
    if (download->pages) return deflated_answer(call, *std::move(download));
    const auto etag = without_quotes(download->source->etag());
    require_pinned(call.query(), etag);
    http::Answer answer;
    answer.content_type = media_type(format);
    answer.headers.add("Content-Disposition", http::attachment(download->name));
    answer.headers.add("Content-Location", pinned_url(call.request, etag));
    answer.headers.add("Cache-Control", "private, no-cache");
    answer.body = std::move(download->source);
    return answer;
}

http::Answer file_answer(
    const Services& services,
    const Call& call,
    const archive::Selector& selector,
    const std::string& path
) {
    auto download =
        services.downloads.find_file(call.who.visibility, selector, path, depth_of(call.query()));
    if (!download) return nothing_found(call, "no file '" + path + "'");
    require_pinned(call.query(), without_quotes(download->source->etag()));
    const auto& digest = download->file.blob.digest;
    const auto sha256 = to_base64(digest_bytes(digest.sha256));
    const auto md5 = to_base64(digest_bytes(digest.md5));
    http::Answer answer;
    answer.content_type = file_media_type(download->file.name());
    answer.headers.add("Content-Disposition", http::attachment(download->file.name()));
    answer.headers.add("Cache-Control", "private, must-revalidate");
    answer.headers.add("Digest", "sha-256=" + sha256 + ",md5=" + md5);
    answer.headers.add("Repr-Digest", "sha-256=:" + sha256 + ":");
    answer.last_modified = download->file.created;
    answer.body = std::move(download->source);
    return answer;
}

/// `index=N`: the N-th file of the listing, from 0, instead of the listing.
http::Answer nth_file(const Services& services, const Call& call, const std::string& index) {
    auto left = parse_integer<std::size_t>(index);
    if (!left) {
        throw Error(ErrorKind::invalid_argument, "index '" + index + "' is not a whole number");
    }
    auto listing = open_listing(services, call, "");
    for (auto page = listing->next_page(); !page.empty(); page = listing->next_page()) {
        if (*left >= page.size()) {
            *left -= page.size();
            continue;
        }
        const auto& found = page[*left];
        auto selector = call.selector();
        selector.resource = std::to_string(found.resource->resource.key);
        return file_answer(services, call, selector, found.file.path);
    }
    return nothing_found(call, "there is no file of index " + index);
}

}  // namespace

http::Reply get_files(const Services& services, const Call& call) {
    if (const auto format = wanted_archive(call)) return archive_answer(services, call, *format);
    if (const auto index = call.query().find("index")) return nth_file(services, call, *index);
    return list_files(services, call, "");
}

http::Reply get_file(const Services& services, const Call& call) {
    const auto& path = call.path.file;
    const auto format = wanted_archive(call);
    if (path.ends_with('/')) {
        if (format) {
            throw Error(
                ErrorKind::unsupported, "an archive of a folder is not offered: '" + path + "'"
            );
        }
        return list_files(services, call, path);
    }
    if (format && !to_lower(path).ends_with(extension_of(*format))) {
        return archive_answer(services, call, *format);
    }
    return file_answer(services, call, call.selector(), path);
}

http::Reply delete_files(const Services& services, const Call& call) {
    const auto& path = call.path.file;
    if (archive::remove_files(services.catalog, call.who, call.selector(), path) == 0) {
        return nothing_found(call, "No matched files: '" + path + "'");
    }
    return text_answer("");
}

}  // namespace larmor::api
