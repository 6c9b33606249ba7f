// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/tree.hpp"

// The use cases. The only place where catalog and bytes change together, and where permission is
// checked, so that HTTP and DICOM obey one rule.
namespace larmor::archive {

enum class ItemKind { none, scans, reconstructions, assessors };

/// What a path names, as text, decoded; nothing is looked up yet. `experiment`, `item` and
/// `resource` may be lists when reading.
struct Selector {
    std::optional<std::string> project;
    std::optional<std::string> subject;
    std::optional<std::string> experiment;
    ItemKind items = ItemKind::none;
    std::string item;  // ids, types, ALL or *, NULL, with [SLASH] and [COMMA]
    model::Direction direction = model::Direction::out;  // of reconstructions and assessors
    std::optional<std::string> resource;                 // labels and numeric ids
};

/// A list in a path, cut at its commas; blanks around an item do not count.
std::vector<std::string> split_list(const std::string& text);

/// The numeric id that an item of a resource segment is; absent unless it is all digits. One that
/// is too large for a key is 0, which no resource has.
std::optional<model::Key> find_resource_key(const std::string& item);

/// The items of a scan, reconstruction or assessor segment.
class ItemMatcher {
public:
    explicit ItemMatcher(const std::string& text);
    /// Whether the whole segment is `ALL` or `*`.
    bool takes_all() const { return all_; }
    /// Whether an item is this id or this type; a blank type is `NULL`.
    bool matches(const std::string& id, const std::string& type) const;
    /// The items, `[SLASH]` and `[COMMA]` written out.
    const std::vector<std::string>& items() const { return items_; }
    /// Reads the `+` of the items that name nothing as a blank: form encoding, as some clients
    /// send it.
    void read_plus_as_blank(const std::function<bool(const std::string& item)>& names_something);

private:
    bool all_ = false;
    bool null_type_ = false;
    std::vector<std::string> items_;
};

}  // namespace larmor::archive
