// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "archive/resolve.hpp"
#include "auth/sign_in.hpp"
#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::archive {

/// What a client may note on a resource.
struct ResourceNotes {
    std::string format;
    std::string content;
    std::string description;
    std::string tags;
};

/// "project 'TEST'", "scan '1'": the thing a target is, for a message.
std::string path_of(const Target& target);

/// The resource that the path names, exactly; without a resource segment the first one of the
/// target. Throws not_found for a numeric id that is not the target's.
std::optional<model::Resource> find_target_resource(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Target& target,
    const Selector& selector
);
/// Throws invalid_argument unless the path's resource segment can be the label of a new one.
void check_new_resource_label(const Target& target, const Selector& selector);
model::Resource create_target_resource(
    const model::Visibility& visibility,
    catalog::Change& change,
    const Target& target,
    const Selector& selector,
    const ResourceNotes& notes
);
/// Writes those notes that are not empty.
void note_on_resource(
    const model::Visibility& visibility,
    catalog::Change& change,
    model::Resource resource,
    const ResourceNotes& notes
);

/// PUT of an empty resource. Throws conflict when it exists; also not_found, forbidden and
/// invalid_argument.
model::Resource create_resource(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const ResourceNotes& notes
);
/// DELETE of one or more resources, named exactly, with their files. Throws not_found when none is
/// there.
void remove_resources(
    catalog::Catalog& catalog, const auth::Identity& who, const Selector& selector
);

/// DELETE of the file at `path`, of everything below it when it ends in `/` or names a folder, or
/// of everything that begins with it when it ends in `*`. Returns how many files went. Throws
/// invalid_argument without a resource or without a path (which wipes the resource in XNAT).
std::size_t remove_files(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const std::string& path
);

}  // namespace larmor::archive
