// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::catalog {

/// All resources of these owners (any number of them), in natural order of label within an
/// owner, owners in the order given; both directions.
std::vector<model::Resource> list_resources(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<model::Owner>& owners
);
std::optional<model::Resource> find_resource(
    const Visibility& visibility, Snapshot& snapshot, Key resource
);
/// Costs the same however many the owner has.
std::optional<model::Resource> find_labelled_resource(
    const Visibility& visibility,
    Snapshot& snapshot,
    const model::Owner& owner,
    model::Direction direction,
    const std::string& label
);
/// Throws conflict when the owner has one of that direction and label.
model::Resource create_resource(
    const Visibility& visibility, Change& change, const model::Resource& resource
);
/// Writes format, content, description and tags; not counts, not the revision.
void replace_resource(
    const Visibility& visibility, Change& change, const model::Resource& resource
);
/// With its files.
void remove_resource(const Visibility& visibility, Change& change, Key resource);

}  // namespace larmor::catalog
