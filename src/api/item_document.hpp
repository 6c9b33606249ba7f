// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "archive/browse.hpp"
#include "model/tree.hpp"

namespace larmor::api {

/// A thing as XNAT describes it, before it becomes JSON or XML: fields by path, and children by
/// the path they hang on (`scans/scan`).
struct Item {
    struct Children;
    std::string xsi_type;
    model::Fields fields;
    UnixMillis inserted = 0;
    std::vector<Children> children;
};
struct Item::Children {
    std::string path;
    std::vector<Item> items;
};

/// The thing of a branch with its children.
Item item_of(const archive::Branch& branch);

/// `{"items":[…]}` as clients of `format=json` read it.
std::string item_json(const Item& item);
/// A document in XNAT's namespace: the root is the element of the type.
std::string item_xml(const Item& item);
/// A page for people.
std::string item_html(const Item& item);

}  // namespace larmor::api
