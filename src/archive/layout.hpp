// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "archive/select.hpp"

namespace larmor::archive {

/// XNAT's `structure=`; `standard` is its `default`.
enum class Structure { standard, simplified, improved, legacy };

/// How the members of an archive are named.
struct Layout {
    Structure structure = Structure::standard;
    bool project_in_path = false;
    bool subject_in_path = false;
};

/// Where a resource's files stand in an archive, ending in `/`; in XNAT's default layout
/// `MR1/scans/1-T1/resources/DICOM/files/`. With Depth::everything_below scan folders carry no
/// type and assessors stand below their session, as XNAT has it.
std::string entry_folder(const SelectedResource& resource, Depth depth, const Layout& layout = {});

/// `-T1_C` for the type `T1+C`, to be set behind an id: one `_` for each character that is not an
/// ASCII letter, digit or `_`. Empty for no type.
std::string type_suffix(const std::string& type);

/// The base of a file's URI in a listing, ending in `/files/`. `context_uri` is empty for one
/// without context.
std::string files_uri(const SelectedResource& resource, const std::string& context_uri);

/// A path or id as it stands in a URI: raw as XNAT writes it, but for `%`, `#`, `?` and control
/// bytes, which would make it a URI of something else.
std::string uri_path(std::string_view path);

}  // namespace larmor::archive
