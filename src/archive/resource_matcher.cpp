// SPDX-License-Identifier: Apache-2.0
#include "archive/resource_matcher.hpp"

#include <algorithm>
#include <utility>

#include "archive/selector.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::archive {

ResourceNaming resource_naming(const std::optional<model::Project>& project) {
    const bool is_cache = project && project->cache_of != 0;
    return is_cache ? ResourceNaming::one_label : ResourceNaming::labels_and_ids;
}

ResourceMatcher::ResourceMatcher(std::string text, ResourceNaming naming) : text_(std::move(text)) {
    if (naming == ResourceNaming::one_label) {
        labels_.push_back(text_);
        return;
    }
    for (const auto& item : split_list(text_)) {
        if (const auto key = find_resource_key(item))
            keys_.insert(*key);
        else if (equals_ignoring_case(item, "NULL"))
            labels_.emplace_back();
        else
            labels_.push_back(item);
    }
}

bool ResourceMatcher::matches(const model::Resource& resource) {
    if (keys_.contains(resource.key)) {
        key_seen_ = true;
        return true;
    }
    return std::find(labels_.begin(), labels_.end(), resource.label) != labels_.end();
}

void ResourceMatcher::read_plus_as_blank(const std::vector<model::Resource>& resources) {
    for (auto& label : labels_) {
        if (label.find('+') == std::string::npos) continue;
        const bool is_there = std::any_of(resources.begin(), resources.end(), [&](const auto& one) {
            return one.label == label;
        });
        if (!is_there) label = replace_all(std::move(label), "+", " ");
    }
}

void ResourceMatcher::require_key_seen() const {
    if (keys_.size() != 1 || !labels_.empty() || key_seen_) return;
    throw Error(ErrorKind::not_found, "no resource " + text_);
}

}  // namespace larmor::archive
