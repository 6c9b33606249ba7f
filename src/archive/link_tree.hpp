// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "catalog/catalog.hpp"

namespace larmor::archive {

struct LinkTree {
    std::size_t resources = 0;
    std::size_t files = 0;
    std::size_t unsound = 0;  // of the files: their bytes are known to be missing or damaged
};

/// Where the bytes of an object are, as an absolute path.
using ObjectPath = std::function<std::string(const std::string& object_key)>;

/// Lays out a symbolic link for every file that is visible, at
/// `TARGET/PROJECT/SUBJECT/SESSION/scans/ID-TYPE/RESOURCE/PATH`: resources of other things lie in
/// `resources`, `reconstructions/ID-TYPE/out`, `assessors/LABEL/out`. What no file system takes
/// in a name becomes `_`, and a name that is taken gets a number, so nothing is left out and
/// nothing lies outside the target. Each resource is read in a snapshot of its own.
///
/// Makes the target, for its owner only; throws conflict when it holds something already.
LinkTree lay_out_links(
    catalog::Catalog& catalog,
    const model::Visibility& visibility,
    const std::filesystem::path& target,
    const ObjectPath& object_path
);

}  // namespace larmor::archive
