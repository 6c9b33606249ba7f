// SPDX-License-Identifier: Apache-2.0
#include "archive/layout.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace larmor::archive {
namespace {

/// A segment that no file system or extractor takes for more than one.
std::string segment(const std::string& name) {
    return replace_all(replace_all(name, "/", "_"), "\\", "_");
}

std::string item_folder(const SelectedResource& resource, Depth depth) {
    const bool with_type = depth == Depth::own_level;
    const auto id_and_type =
        segment(resource.item_id) + (with_type ? type_suffix(resource.item_type) : "");
    auto root = segment(resource.root);
    switch (resource.kind) {
        case ItemKind::none: return root;
        case ItemKind::scans: return root + "/scans/" + id_and_type;
        case ItemKind::reconstructions:
            return root + "/reconstructions/" + id_and_type + "/" + resource.direction();
        case ItemKind::assessors:
            if (depth == Depth::own_level) {
                return segment(resource.item_label) + "/" + resource.direction();
            }
            return root + "/assessors/" + segment(resource.item_id) + "/" + resource.direction();
    }
    return root;
}

}  // namespace

std::string type_suffix(const std::string& type) {
    if (type.empty()) return "";
    std::string safe = "-" + type;
    std::replace_if(
        safe.begin() + 1,
        safe.end(),
        [](char c) {
            return !(
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '_'
            );
        },
        '_'
    );
    return safe;
}

std::string entry_folder(const SelectedResource& resource, Depth depth) {
    return item_folder(resource, depth) + "/resources/" + segment(resource.label()) + "/files/";
}

std::string files_uri(const SelectedResource& resource, const std::string& context_uri) {
    auto uri = resource.uri;
    constexpr std::string_view contextless = "/data/experiments/";
    if (!context_uri.empty() && uri.starts_with(contextless)) {
        uri = context_uri + uri.substr(std::string_view("/data").size());
    }
    if (const auto direction = resource.direction(); !direction.empty()) uri += "/" + direction;
    return uri + "/resources/" + std::to_string(resource.resource.key) + "/files/";
}

std::string uri_path(std::string_view path) {
    std::string result;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool misleads = c == '%' || c == '#' || c == '?' || byte < 0x20 || byte == 0x7F;
        if (misleads)
            result += percent_encode(std::string_view(&c, 1));
        else
            result += c;
    }
    return result;
}

}  // namespace larmor::archive
