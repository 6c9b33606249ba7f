// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/file.hpp"
#include "model/tree.hpp"

namespace larmor::archive {

/// What can stand in the place of a resource: labels and numeric ids, with commas between them,
/// and `NULL` for the unlabelled; or one label, whatever it looks like.
enum class ResourceNaming { labels_and_ids, one_label };

/// In a user's cache a resource is a folder, which may be called 2026 or NULL.
ResourceNaming resource_naming(const std::optional<model::Project>& project);

/// The resource segment of a path.
class ResourceMatcher {
public:
    ResourceMatcher(std::string text, ResourceNaming naming);
    bool matches(const model::Resource& resource);
    /// Reads the `+` of those labels that none of these resources has as a blank. For reading
    /// only: what is written is named exactly.
    void read_plus_as_blank(const std::vector<model::Resource>& resources);
    /// Throws not_found when the segment is one id and it has matched nothing; of a list what is
    /// unknown is left out, as everywhere.
    void require_key_seen() const;

private:
    const std::string text_;
    std::set<model::Key> keys_;
    std::vector<std::string> labels_;
    bool key_seen_ = false;
};

}  // namespace larmor::archive
