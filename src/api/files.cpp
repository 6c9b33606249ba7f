// SPDX-License-Identifier: Apache-2.0
#include "api/files.hpp"

#include "api/archive_options.hpp"
#include "api/file_list.hpp"
#include "api/format.hpp"
#include "api/inside_zip.hpp"
#include "api/manifests.hpp"
#include "archive/inside_zip.hpp"
#include "archive/resource.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

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
http::Answer deflated_answer(archive::Download download) {
    http::Answer answer;
    answer.content_type = media_type(Format::zip);
    answer.headers.add("Content-Disposition", http::attachment(download.name));
    answer.headers.add("Cache-Control", "private, no-cache");
    answer.body = std::move(download.pages);
    return answer;
}

/// What the path below `files` means; all of a cache goes by its paths alone.
archive::PathPattern pattern_of(const Call& call) {
    const auto& path = call.path.file;
    if (path.empty() && call.is_in_user_cache()) return archive::PathPattern::whole_resource();
    return archive::PathPattern(path);
}

archive::ArchiveRequest archive_request(const Call& call, archive::ArchiveFormat format) {
    const auto pattern = pattern_of(call);
    return {
        .format = format,
        .selector = call.selector(),
        .depth = depth_of(call.query()),
        .filter = filter_of(call, pattern.names_one() ? archive::PathPattern() : pattern),
        .path = pattern.names_one() ? call.path.file : "",
        .options = read_archive_options(call.query(), format)};
}

http::Answer download_answer(
    const Call& call, std::optional<archive::Download> download, const std::string& content_type
) {
    if (!download) return nothing_found(call, "no files are selected");
    if (download->pages && call.query().find("etag")) {
        throw Error(ErrorKind::precondition_failed, "an archive with compression=8 has no ETag");
    }
    if (call.query().is_true("dry_run")) {
        if (download->source)
            require_pinned(call.query(), without_quotes(download->source->etag()));
        return dry_run_answer(*download);
    }
    if (download->pages) return deflated_answer(*std::move(download));
    const auto etag = without_quotes(download->source->etag());
    require_pinned(call.query(), etag);
    http::Answer answer;
    answer.content_type = content_type;
    answer.headers.add("Content-Disposition", http::attachment(download->name));
    answer.headers.add("Content-Location", pinned_url(call.request, etag));
    answer.headers.add("Cache-Control", "private, no-cache");
    answer.body = std::move(download->source);
    return answer;
}

http::Answer archive_answer(const Services& services, const Call& call, Format format) {
    auto download = services.downloads.find_archive(
        call.who.visibility, archive_request(call, packed_as(format))
    );
    return download_answer(call, std::move(download), media_type(format));
}

http::Answer manifest_answer(
    const Services& services, const Call& call, const ManifestFormat& format
) {
    // Of whatever archive: its names, order and contents are the same in all.
    auto request = archive_request(call, archive::ArchiveFormat::zip);
    // A list of what cannot be fetched would mislead, and so would one that leaves it out.
    request.options.missing = archive::MissingFiles::refuse;
    return download_answer(call, find_manifest(services, call, format, request), format.media_type);
}

/// Of what is sent as one file, when it is asked for.
std::optional<http::Answer> find_dry_run(
    const Call& call, const std::shared_ptr<const stream::Source>& source
) {
    if (!call.query().is_true("dry_run")) return {};
    archive::Download one;
    one.source = source;
    one.files = 1;
    one.content_bytes = source->length();
    return dry_run_answer(one);
}

http::Answer file_answer(const Call& call, archive::FileDownload download) {
    require_pinned(call.query(), without_quotes(download.source->etag()));
    if (auto dry = find_dry_run(call, download.source)) return *std::move(dry);
    const auto& digest = download.file.blob.digest;
    const auto sha256 = to_base64(digest_bytes(digest.sha256));
    const auto md5 = to_base64(digest_bytes(digest.md5));
    http::Answer answer;
    answer.content_type = file_media_type(download.file.name());
    answer.headers.add("Content-Disposition", http::attachment(download.file.name()));
    answer.headers.add("Cache-Control", "private, must-revalidate");
    answer.headers.add("Digest", "sha-256=" + sha256 + ",md5=" + md5);
    answer.headers.add("Repr-Digest", "sha-256=:" + sha256 + ":");
    answer.last_modified = download.file.created;
    answer.body = std::move(download.source);
    return answer;
}

std::optional<archive::FileDownload> find_file(
    const Services& services, const Call& call, const archive::ListedFile& listed
) {
    auto selector = call.selector();
    selector.resource = listed.resource->address();
    return services.downloads.find_file(
        call.who.visibility, selector, listed.file.path, depth_of(call.query())
    );
}

/// `index=N`: the N-th file of the listing, from 0, instead of the listing. As in XNAT, of one
/// resource only together with a filter; else it has no file of any index.
http::Answer nth_file(const Services& services, const Call& call, const std::string& index) {
    auto left = parse_integer<std::size_t>(index);
    if (!left) {
        throw Error(ErrorKind::invalid_argument, "index '" + index + "' is not a whole number");
    }
    const auto filter = filter_of(call, pattern_of(call));
    auto listing = open_listing(services, call, filter);
    if (filter.contents.empty() && filter.formats.empty() && listing->is_of_named_resource()) {
        return nothing_found(
            call, "index= of one resource goes with file_content= or file_format="
        );
    }
    for (auto page = listing->next_page(); !page.empty(); page = listing->next_page()) {
        if (*left >= page.size()) {
            *left -= page.size();
            continue;
        }
        if (auto found = find_file(services, call, page[*left])) {
            return file_answer(call, *std::move(found));
        }
        break;
    }
    return nothing_found(call, "there is no file of index " + index);
}

/// A folder, a wildcard or everything: as an archive, a list, or one file of it.
http::Answer several_files(const Services& services, const Call& call) {
    if (const auto format = wanted_archive(call)) return archive_answer(services, call, *format);
    if (const auto* manifest = find_manifest_format(call.query())) {
        return manifest_answer(services, call, *manifest);
    }
    if (const auto index = call.query().find("index")) return nth_file(services, call, *index);
    return list_files(services, call, pattern_of(call));
}

/// `PATH*`: as in XNAT the file, when it is only one; several are listed, and so is any number
/// for a client that says in which format.
http::Answer files_by_wildcard(const Services& services, const Call& call) {
    if (call.query().find("format") || call.query().find("index")) {
        return several_files(services, call);
    }
    auto listing = open_listing(services, call, filter_of(call, pattern_of(call)));
    const auto page = listing->next_page();
    if (page.empty()) return nothing_found(call, "no file matches '" + call.path.file + "'");
    if (page.size() > 1) return list_files(services, call, pattern_of(call));
    auto found = find_file(services, call, page.front());
    if (!found) return nothing_found(call, "no file matches '" + call.path.file + "'");
    return file_answer(call, *std::move(found));
}

/// Not a file, so perhaps a wildcard, or a file inside a zip.
http::Answer no_such_file(const Services& services, const Call& call) {
    if (call.path.file.ends_with('*')) return files_by_wildcard(services, call);
    if (auto member = member_answer(services, call)) {
        const auto& source = std::get<std::shared_ptr<const stream::Source>>(member->body);
        require_pinned(call.query(), without_quotes(source->etag()));
        if (auto dry = find_dry_run(call, source)) return *std::move(dry);
        return *std::move(member);
    }
    return nothing_found(call, "no file '" + call.path.file + "'");
}

}  // namespace

http::Reply get_files(const Services& services, const Call& call) {
    return several_files(services, call);
}

http::Reply get_file(const Services& services, const Call& call) {
    const auto& path = call.path.file;
    if (path.ends_with('/')) return several_files(services, call);
    const auto format = wanted_archive(call);
    if (const auto* manifest = find_manifest_format(call.query())) {
        return manifest_answer(services, call, *manifest);
    }
    if (format && !path.ends_with('*') && !to_lower(path).ends_with(extension_of(*format))) {
        return archive_answer(services, call, *format);
    }
    auto found = services.downloads.find_file(
        call.who.visibility, call.selector(), path, depth_of(call.query())
    );
    if (!found) return no_such_file(services, call);
    if (call.query().is_true("listContents") && archive::has_zip_extension(path)) {
        require_pinned(call.query(), without_quotes(found->source->etag()));
        return zip_contents_answer(call, *found);
    }
    return file_answer(call, *std::move(found));
}

http::Reply delete_files(const Services& services, const Call& call) {
    const auto& path = call.path.file;
    if (archive::remove_files(services.catalog, call.who, call.selector(), path) == 0) {
        return nothing_found(call, "No matched files: '" + path + "'");
    }
    return text_answer("");
}

}  // namespace larmor::api
