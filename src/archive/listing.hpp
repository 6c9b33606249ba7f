// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/path_pattern.hpp"
#include "archive/select.hpp"
#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::archive {

/// XNAT's `file_content` and `file_format`: equal to one of the values of each; `NULL` is none.
/// And the part of the address below `files`.
struct FileFilter {
    std::vector<std::string> contents;
    std::vector<std::string> formats;
    PathPattern path = {};

    bool matches(std::string_view path_of_file, std::string_view format, std::string_view content)
        const;
};

/// The pattern as it stands when a file of the selection matches it; else with blanks for its `+`,
/// form encoding, as some clients send it.
PathPattern settle_plus(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selection& selection,
    const PathPattern& pattern
);

struct ListedFile {
    const SelectedResource* resource = nullptr;  // lives as long as the listing
    std::string uri;                             // a GET target
    std::string layout_path;                     // in an archive of the project; names no server
    model::File file;
};

/// Which files of a folder: all below it, or only those in it.
enum class Reach { below, direct };

/// The files of a selection, page by page, each page in a snapshot of its own; so a listing of
/// any length needs the memory of one page.
class FileListing {
public:
    /// URIs keep the context of the path when one resource was asked for by name and found, as
    /// XNAT's do.
    FileListing(
        catalog::Catalog& catalog,
        model::Visibility visibility,
        Selection selection,
        FileFilter filter,
        Reach reach = Reach::below
    );
    /// Whether the path named resources and one was found.
    bool is_of_named_resource() const {
        return selection_.by_resource && selection_.resources.size() == 1;
    }
    /// Empty at the end.
    std::vector<ListedFile> next_page();

private:
    bool is_wanted(const model::File& file) const;
    std::vector<model::File> next_rows(
        catalog::Snapshot& snapshot, const model::Resource& resource
    );
    void append_page_of(catalog::Snapshot& snapshot, std::vector<ListedFile>& page);

    catalog::Catalog& catalog_;
    model::Visibility visibility_;
    Selection selection_;
    FileFilter filter_;
    Reach reach_;
    std::string context_uri_;
    std::size_t at_resource_ = 0;
    std::string after_path_;
    bool resource_begun_ = false;
};

struct SelectedFile {
    model::File file;
    std::string archive_name;  // of the selection it was found in
    std::string files_uri;     // of its resource, ending in `/files/`
};
/// The first file of that path in the resources selected, a `+` tried as a blank at last.
std::optional<SelectedFile> find_selected_file(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selector& selector,
    const std::string& path,
    Depth depth
);

}  // namespace larmor::archive
