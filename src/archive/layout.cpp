// SPDX-License-Identifier: Apache-2.0
#include "archive/layout.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/data_types.hpp"

namespace larmor::archive {
namespace {

using model::OwnerKind;
using Segments = std::vector<std::string>;

/// A segment that no file system or extractor takes for more than one.
std::string segment(const std::string& name) {
    return replace_all(replace_all(name, "/", "_"), "\\", "_");
}

std::string folder_of(const Segments& segments) {
    std::string folder;
    for (const auto& one : segments) {
        if (!one.empty()) folder += segment(one) + "/";
    }
    return folder;
}

/// The default layout up to the item; `type` is that suffix, or none.
Segments item_segments(const SelectedResource& one, Depth depth, const std::string& type) {
    switch (one.kind) {
        case ItemKind::none: break;
        case ItemKind::scans: return {one.root, "scans", one.item_id + type};
        case ItemKind::reconstructions:
            return {one.root, "reconstructions", one.item_id + type, one.direction()};
        case ItemKind::assessors:
            if (depth == Depth::own_level) return {one.item_label, one.direction()};
            return {one.root, "assessors", one.item_id, one.direction()};
    }
    return {one.root};
}

Segments standard_segments(const SelectedResource& one, Depth depth) {
    const bool with_type = depth == Depth::own_level;
    auto segments = item_segments(one, depth, with_type ? type_suffix(one.item_type) : "");
    segments.insert(segments.end(), {"resources", one.label(), "files"});
    return segments;
}

Segments simplified_segments(const SelectedResource& one, Depth depth) {
    auto segments = item_segments(one, depth, "");
    segments.push_back(one.label());
    return segments;
}

/// `Manual QC` of `xnat:qcManualAssessorData`: what one of its type's people-readable plural is.
std::string display_name(const std::string& xsi_type) {
    const auto* type = model::find_data_type(xsi_type);
    if (type == nullptr || type->plural.empty()) return xsi_type;
    auto name = std::string(type->plural);
    if (name.ends_with('s')) name.pop_back();
    return name;
}

/// `1_T1`, with `_` for what Windows allows in no name.
std::string id_and_type(const std::string& id, const std::string& type) {
    auto safe = type;
    std::replace_if(
        safe.begin(),
        safe.end(),
        [](char c) { return std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos; },
        '_'
    );
    return safe.empty() ? id : id + "_" + safe;
}

/// XNAT names no session here; we do as soon as there may be several.
Segments improved_segments(const SelectedResource& one, Depth depth) {
    const auto root = one.among_sessions ? one.root : "";
    switch (one.kind) {
        case ItemKind::none: break;
        case ItemKind::scans:
            return {root, "scans", id_and_type(one.item_id, one.item_type), one.label()};
        case ItemKind::reconstructions:
            return {root, "reconstructions", id_and_type(one.item_id, one.item_type), one.label()};
        case ItemKind::assessors:
            return {
                root,
                "assessors",
                id_and_type(one.item_id, display_name(one.item_xsi_type)),
                one.label()};
    }
    const bool of_experiment = one.resource.owner.kind == OwnerKind::experiment;
    if (!of_experiment || depth == Depth::everything_below) return {root, "resources", one.label()};
    // XNAT's own blank, where other things have their type.
    return {root, "resources", one.item_id + "_ ", one.label()};
}

/// As XNAT lays files out on its disk, from the session's folder on, or from the project's.
Segments legacy_segments(const SelectedResource& one) {
    switch (one.kind) {
        case ItemKind::none: break;
        case ItemKind::scans: return {one.root, "SCANS", one.item_id, one.label()};
        case ItemKind::reconstructions: return {one.root, "PROCESSED", one.item_id, one.label()};
        case ItemKind::assessors:
            return {one.root, "ASSESSORS", one.item_id, one.direction(), one.label()};
    }
    switch (one.resource.owner.kind) {
        case OwnerKind::project: return {one.root, "resources", one.label()};
        case OwnerKind::subject: return {one.project, "subjects", one.root, one.label()};
        default: return {one.root, "RESOURCES", one.label()};
    }
}

/// The prefix of project and subject; only what the layout does not begin with itself.
Segments prefix_of(const SelectedResource& one, const Layout& layout) {
    const auto owner = one.resource.owner.kind;
    if (layout.structure == Structure::improved || owner == OwnerKind::project) return {};
    const bool is_subject = owner == OwnerKind::subject;
    if (is_subject && layout.structure == Structure::legacy) return {};
    return {
        layout.project_in_path ? one.project : "",
        layout.subject_in_path && !is_subject ? one.subject : ""};
}

Segments segments_of(const SelectedResource& one, Depth depth, Structure structure) {
    switch (structure) {
        case Structure::standard: return standard_segments(one, depth);
        case Structure::simplified: return simplified_segments(one, depth);
        case Structure::improved: return improved_segments(one, depth);
        case Structure::legacy: return legacy_segments(one);
    }
    return {};
}

}  // namespace

std::string type_suffix(const std::string& type) {
    std::string safe = type.empty() ? "" : "-";
    for (const char c : type) {
        const bool is_word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        const bool continues_character = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
        if (!continues_character) safe += is_word ? c : '_';
    }
    return safe;
}

std::string entry_folder(const SelectedResource& resource, Depth depth, const Layout& layout) {
    return folder_of(prefix_of(resource, layout)) +
           folder_of(segments_of(resource, depth, layout.structure));
}

std::string files_uri(const SelectedResource& resource, const std::string& context_uri) {
    auto uri = resource.uri;
    constexpr std::string_view contextless = "/data/experiments/";
    if (!context_uri.empty() && uri.starts_with(contextless)) {
        uri = context_uri + uri.substr(std::string_view("/data").size());
    }
    if (const auto direction = resource.direction(); !direction.empty()) uri += "/" + direction;
    return uri + "/resources/" + uri_path(resource.address()) + "/files/";
}

std::string uri_path(std::string_view path) {
    std::string result;
    for (const char c : path) {
        const bool misleads = c == '%' || c == '#' || c == '?' || is_control(c);
        if (misleads)
            result += percent_encode(std::string_view(&c, 1));
        else
            result += c;
    }
    return result;
}

}  // namespace larmor::archive
