// SPDX-License-Identifier: Apache-2.0
#include "api/archive_options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

using archive::Structure;

Structure read_structure(const http::Query& query) {
    const auto structure = query.find("structure").value_or("");
    if (structure == "simplified") return Structure::simplified;
    if (structure == "improved") return Structure::improved;
    if (structure == "legacy") return Structure::legacy;
    return Structure::standard;
}

/// Whether a parameter is there, which may have this one value only.
bool has_word(const http::Query& query, const std::string& name, const std::string& word) {
    const auto value = query.find(name);
    if (!value || value == word) return value.has_value();
    throw Error(
        ErrorKind::invalid_argument, name + " can only be '" + word + "', not '" + *value + "'"
    );
}

/// XNAT's method of a zip: 0 stores, 8 deflates. Of a tar it means nothing, as in XNAT.
archive::Compression read_compression(const http::Query& query, archive::ArchiveFormat format) {
    const auto text = query.find("compression");
    if (!text || format != archive::ArchiveFormat::zip) return archive::Compression::stored;
    const auto method = parse_integer<int>(*text);
    if (!method || (*method != 0 && *method != 8)) {
        throw Error(ErrorKind::invalid_argument, "compression can be 0 or 8, not '" + *text + "'");
    }
    return *method == 8 ? archive::Compression::deflated : archive::Compression::stored;
}

}  // namespace

archive::ArchiveOptions read_archive_options(
    const http::Query& query, archive::ArchiveFormat format
) {
    archive::ArchiveOptions options;
    options.compression = read_compression(query, format);
    options.layout.structure = read_structure(query);
    options.layout.project_in_path = query.is_true("projectIncludedInPath");
    options.layout.subject_in_path = query.is_true("subjectIncludedInPath");
    if (has_word(query, "mtime", "keep")) options.times = archive::FileTimes::kept;
    if (has_word(query, "missing", "skip")) options.missing = archive::MissingFiles::skip;
    return options;
}

}  // namespace larmor::api
