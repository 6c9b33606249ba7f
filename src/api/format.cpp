// SPDX-License-Identifier: Apache-2.0
#include "api/format.hpp"

#include <array>
#include <utility>

#include "api/manifests.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

std::optional<Format> format_of(std::string_view word) {
    struct Row {
        std::string_view name;
        std::string_view media_type;
        Format format;
    };
    static constexpr std::array rows{
        Row{"json", "application/json", Format::json},
        Row{"xml", "text/xml", Format::xml},
        Row{"xml", "application/xml", Format::xml},
        Row{"csv", "text/csv", Format::csv},
        Row{"html", "text/html", Format::html},
        Row{"zip", "application/zip", Format::zip},
        Row{"tar", "application/x-tar", Format::tar},
        Row{"tar.gz", "application/x-gtar", Format::tar_gz}};
    for (const auto& row : rows) {
        if (equals_ignoring_case(word, row.name) || equals_ignoring_case(word, row.media_type)) {
            return row.format;
        }
    }
    return {};
}

/// The quality of one part of an Accept value; 1 when it says none.
double quality(std::string_view range) {
    for (const auto parameter : split(range, ';')) {
        const auto text = trim(parameter);
        if (!text.starts_with("q=")) continue;
        double value = 0;
        std::from_chars(text.data() + 2, text.data() + text.size(), value);
        return value;
    }
    return 1;
}

std::optional<Format> accepted_format(const http::Request& request) {
    const auto accept = request.headers.find("Accept");
    if (!accept) return {};
    std::optional<Format> best;
    double best_quality = 0;
    for (const auto range : split(*accept, ',')) {
        const auto type = trim(range.substr(0, range.find(';')));
        const bool any = type == "*/*" || type == "application/*";
        const auto format = any ? Format::json : format_of(type);
        const auto q = quality(range);
        if (!format || is_archive(*format) || q <= best_quality) continue;
        best = format;
        best_quality = q;
    }
    return best;
}

Format choose(const http::Request& request, Format for_unknown) {
    const auto& query = request.target.query;
    refuse_archives(query);
    if (query.find("format")) return asked_format(query).value_or(for_unknown);
    return accepted_format(request).value_or(Format::json);
}

}  // namespace

bool is_archive(Format format) {
    return format == Format::zip || format == Format::tar || format == Format::tar_gz;
}

std::optional<Format> asked_format(const http::Query& query) {
    const auto word = query.find("format");
    if (!word) return {};
    for (const std::string_view later : {"xar", "application/xar"}) {
        if (equals_ignoring_case(*word, later)) {
            throw Error(
                ErrorKind::unsupported,
                "format '" + *word + "' is not offered; zip, tar and tar.gz are"
            );
        }
    }
    return format_of(*word);
}

void refuse_archives(const http::Query& query) {
    const auto format = asked_format(query);
    const bool is_asked = format && is_archive(*format);
    if (!is_asked && find_manifest_format(query) == nullptr) return;
    throw Error(
        ErrorKind::invalid_argument,
        "there is no archive at this path; files are at …/files?format=zip"
    );
}

bool wants_xcat(const http::Query& query) {
    const auto word = query.find("format").value_or("");
    return equals_ignoring_case(word, "xcat") || equals_ignoring_case(word, "application/xcat");
}

Format list_format(const http::Request& request) {
    return choose(request, Format::html);
}

Format item_format(const http::Request& request) {
    return choose(request, Format::xml);
}

bool prefers_json(const http::Request& request) {
    const auto accept = request.headers.find("Accept");
    if (!accept) return false;
    bool json = false;
    double best = 0;
    for (const auto range : split(*accept, ',')) {
        const auto type = trim(range.substr(0, range.find(';')));
        const auto q = quality(range);
        if (q <= best) continue;
        best = q;
        json = equals_ignoring_case(type, "application/json");
    }
    return json;
}

std::string media_type(Format format) {
    switch (format) {
        case Format::json: return "application/json";
        case Format::xml: return "text/xml";
        case Format::csv: return "text/csv";
        case Format::html: return "text/html";
        case Format::zip: return "application/zip";
        case Format::tar: return "application/x-tar";
        case Format::tar_gz: return "application/x-gtar";
    }
    return "";
}

std::string file_media_type(std::string_view file_name) {
    static constexpr std::array<Pair, 11> types{
        {{"bmp", "image/bmp"},
         {"gif", "image/gif"},
         {"html", "text/html"},
         {"jpg", "image/jpeg"},
         {"jpeg", "image/jpeg"},
         {"pdf", "application/pdf"},
         {"png", "image/png"},
         {"svg", "image/svg+xml"},
         {"tiff", "image/tiff"},
         {"txt", "text/plain"},
         {"xml", "text/xml"}}};
    const auto dot = file_name.rfind('.');
    if (dot != std::string_view::npos) {
        const auto extension = to_lower(file_name.substr(dot + 1));
        for (const auto& [name, type] : types) {
            if (extension == name) return std::string(type);
        }
    }
    return "application/octet-stream";
}

std::string default_upload_name(std::string_view content_type) {
    static constexpr std::array<Pair, 14> extensions{
        {{"application/dicom", "dcm"},
         {"application/pdf", "pdf"},
         {"application/x-gtar", "tar.gz"},
         {"application/x-gzip", "gz"},
         {"application/x-tar", "tar"},
         {"application/zip", "zip"},
         {"image/gif", "gif"},
         {"image/jpeg", "jpg"},
         {"image/png", "png"},
         {"image/tiff", "tiff"},
         {"text/csv", "csv"},
         {"text/plain", "txt"},
         {"text/xml", "xml"},
         {"application/xml", "xml"}}};
    const auto type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
    for (const auto& [name, extension] : extensions) {
        if (type == name) return "upload." + std::string(extension);
    }
    return "upload.unsupported";
}

}  // namespace larmor::api
