// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace larmor::api {

enum class Format { json, xml, csv, html, zip, tar, tar_gz };

/// Of files together, not of a list or an item.
bool is_archive(Format format);

/// `format=` as a short name or a media type, without case. Throws unsupported, naming it, for
/// an archive format that is known but not offered. Absent when there is none or an unknown one.
std::optional<Format> asked_format(const http::Query& query);
/// Where there is none: throws invalid_argument when `format=` asks for an archive or its manifest.
/// Never 200 with something else, which somebody would save as an archive.
void refuse_archives(const http::Query& query);
/// `format=xcat`, which only lists of files have; of all others it is an unknown one.
bool wants_xcat(const http::Query& query);
/// Of a list: `format=`, else the first of JSON, HTML, XML and CSV that Accept prefers, else
/// JSON. An unknown `format` gives HTML, as XNAT does.
Format list_format(const http::Request& request);
/// Of a single thing: likewise, but an unknown `format` gives XML.
Format item_format(const http::Request& request);

/// Whether Accept names JSON, and neither text before it nor anything with a greater quality.
bool prefers_json(const http::Request& request);

std::string media_type(Format format);
/// XNAT's Content-Type of a file, by its lower-case extension; application/octet-stream for most.
std::string file_media_type(std::string_view file_name);
/// What an upload without a name is called, by its Content-Type: `upload.dcm`.
std::string default_upload_name(std::string_view content_type);

}  // namespace larmor::api
