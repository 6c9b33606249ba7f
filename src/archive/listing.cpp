// SPDX-License-Identifier: Apache-2.0
#include "archive/listing.hpp"

#include <algorithm>
#include <utility>

#include "archive/layout.hpp"
#include "base/text.hpp"
#include "catalog/files.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t page_rows = 2000;

bool is_among(std::string_view value, const std::vector<std::string>& wanted) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) {
               return value == one || (value.empty() && one == "NULL");
           });
}

bool is_matched(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const model::Resource& resource,
    const PathPattern& pattern
) {
    const auto& prefix = pattern.prefix();
    if (!pattern.is_folder() && catalog::find_file(visibility, snapshot, resource.key, prefix)) {
        return true;
    }
    if (pattern.names_one()) return false;
    const auto next = catalog::list_files(visibility, snapshot, resource, prefix, 1);
    return !next.empty() && next.front().path.starts_with(prefix);
}

}  // namespace

PathPattern settle_plus(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selection& selection,
    const PathPattern& pattern
) {
    if (pattern.prefix().find('+') == std::string::npos) return pattern;
    const auto& all = selection.resources;
    const bool is_there = std::any_of(all.begin(), all.end(), [&](const SelectedResource& one) {
        return is_matched(visibility, snapshot, one.resource, pattern);
    });
    return is_there ? pattern : pattern.with_blanks();
}

bool FileFilter::matches(
    std::string_view path_of_file, std::string_view format, std::string_view content
) const {
    return path.matches(path_of_file) && is_among(format, formats) && is_among(content, contents);
}

FileListing::FileListing(
    catalog::Catalog& catalog,
    model::Visibility visibility,
    Selection selection,
    FileFilter filter,
    Reach reach
)
    : catalog_(catalog),
      visibility_(std::move(visibility)),
      selection_(std::move(selection)),
      filter_(std::move(filter)),
      reach_(reach),
      context_uri_(is_of_named_resource() ? selection_.context_uri : "") {
    if (filter_.path.prefix().find('+') != std::string::npos) {
        filter_.path = catalog_.read([&](catalog::Snapshot& snapshot) {
            return settle_plus(visibility_, snapshot, selection_, filter_.path);
        });
    }
    after_path_ = filter_.path.prefix();
}

std::vector<ListedFile> FileListing::next_page() {
    std::vector<ListedFile> page;
    if (at_resource_ >= selection_.resources.size()) return page;
    catalog_.read([&](catalog::Snapshot& snapshot) {
        while (page.size() < page_rows && at_resource_ < selection_.resources.size()) {
            append_page_of(snapshot, page);
        }
    });
    return page;
}

bool FileListing::is_wanted(const model::File& file) const {
    const bool deeper = file.path.find('/', filter_.path.prefix().size()) != std::string::npos;
    return filter_.matches(file.path, file.format, file.content) &&
           !(deeper && reach_ == Reach::direct);
}

/// The next rows of a resource. Pages begin behind a path, so the one that is the whole prefix
/// (`1` for `1*`) comes extra.
std::vector<model::File> FileListing::next_rows(
    catalog::Snapshot& snapshot, const model::Resource& resource
) {
    auto files = catalog::list_files(visibility_, snapshot, resource, after_path_, page_rows);
    if (!std::exchange(resource_begun_, true) && !after_path_.empty()) {
        auto first = catalog::find_file(visibility_, snapshot, resource.key, after_path_);
        if (first) files.insert(files.begin(), *std::move(first));
    }
    return files;
}

void FileListing::append_page_of(catalog::Snapshot& snapshot, std::vector<ListedFile>& page) {
    const auto& selected = selection_.resources[at_resource_];
    auto files = next_rows(snapshot, selected.resource);
    const bool is_last = files.size() < page_rows;
    const auto beyond = std::find_if(files.begin(), files.end(), [&](const model::File& file) {
        return !file.path.starts_with(filter_.path.prefix());
    });
    const bool left_prefix = beyond != files.end();
    if (!files.empty()) after_path_ = files.back().path;
    files.erase(beyond, files.end());
    const auto base = files_uri(selected, context_uri_);
    const auto folder = entry_folder(selected, selection_.depth);
    for (auto& file : files) {
        if (!is_wanted(file)) continue;
        auto uri = base + uri_path(file.path);
        page.push_back({&selected, std::move(uri), folder + file.path, std::move(file)});
    }
    if (is_last || left_prefix) {
        ++at_resource_;
        after_path_ = filter_.path.prefix();
        resource_begun_ = false;
    }
}

std::optional<SelectedFile> find_selected_file(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selector& selector,
    const std::string& path,
    Depth depth
) {
    const auto selection = select(visibility, snapshot, selector, depth);
    const auto find = [&](const std::string& wanted) -> std::optional<SelectedFile> {
        for (const auto& selected : selection.resources) {
            auto file = catalog::find_file(visibility, snapshot, selected.resource.key, wanted);
            if (!file) continue;
            return SelectedFile{*std::move(file), selection.name, files_uri(selected, "")};
        }
        return {};
    };
    auto file = find(path);
    if (!file && path.find('+') != std::string::npos) file = find(replace_all(path, "+", " "));
    return file;
}

}  // namespace larmor::archive
