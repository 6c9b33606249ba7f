// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::catalog {

/// A page of a resource's files in order of path bytes, from behind `after` ("" : the first).
std::vector<model::File> list_files(
    const Visibility& visibility,
    Snapshot& snapshot,
    const model::Resource& resource,
    std::string_view after,
    std::size_t limit
);
std::optional<model::File> find_file(
    const Visibility& visibility, Snapshot& snapshot, Key resource, std::string_view path
);

enum class Existing { keep, replace };
enum class Added { stored, replaced, kept };
struct AddedFile {
    Added outcome = Added::stored;
    /// Whether the blob row uses the object of `file.blob`; when not (equal content was there and
    /// known to be sound, or a file with other content was kept), that object is surplus and
    /// nothing refers to it.
    bool object_is_used = false;
    /// The blob row that the file refers to now; of a file that was kept, its old one.
    model::Blob used = {};
};
/// Adds the file, finding or making the blob row for its digest and object, and brings counts and
/// revision of the resource up to date. A blob known as missing or damaged is mended with the
/// object. A replaced file's blob becomes unreferenced when no file has it any more.
/// Throws conflict when the path is a folder of another file of the resource, or below a file.
/// Cost is independent of the number of files in the resource.
AddedFile add_file(
    const Visibility& visibility,
    Change& change,
    Key resource,
    const model::File& file,
    Existing existing
);

/// What to delete: one path, everything below a folder ("a/b/"), or everything ("").
/// Returns how many files went.
std::size_t remove_file(
    const Visibility& visibility, Change& change, Key resource, std::string_view path
);
std::size_t remove_files_below(
    const Visibility& visibility, Change& change, Key resource, std::string_view folder
);

}  // namespace larmor::catalog
