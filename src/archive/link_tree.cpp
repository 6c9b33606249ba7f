// SPDX-License-Identifier: Apache-2.0
#include "archive/link_tree.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/files.hpp"
#include "catalog/places.hpp"

namespace larmor::archive {
namespace {

namespace fs = std::filesystem;
using catalog::Place;
using model::Direction;
using model::OwnerKind;

constexpr std::size_t rows_at_once = 200;

/// At most `length` bytes, cut between two characters.
std::string cut(const std::string& text, std::size_t length) {
    if (text.size() <= length) return text;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
        --length;
    return text.substr(0, length);
}

/// What can stand in a folder for this name, whatever it is: one segment, and not its parent.
std::string safe_segment(std::string name) {
    const auto is_unsafe = [](unsigned char c) {
        return c == '/' || c == '\\' || c < 0x20 || c == 0x7F;
    };
    std::replace_if(name.begin(), name.end(), is_unsafe, '_');
    if (name.empty() || name == "." || name == "..") name.insert(0, "_");
    return name;
}

/// The first of `name`, `name_2`, `name_3` … that `take` takes.
template <class Take>
fs::path take_name(const fs::path& parent, const std::string& name, Take take) {
    constexpr std::size_t length_max = 255;
    const auto safe = safe_segment(name);
    for (std::size_t number = 1;; ++number) {
        const auto suffix = number == 1 ? "" : "_" + std::to_string(number);
        auto path = parent / (cut(safe, length_max - suffix.size()) + suffix);
        if (take(path)) return path;
    }
}

/// False when something has this name already.
bool make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return true;
    if (errno == EEXIST) return false;
    throw system_error("cannot create the folder", path, errno);
}

bool make_link(const fs::path& path, const std::string& object) {
    if (::symlink(object.c_str(), path.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    throw system_error("cannot create the link", path, errno);
}

fs::path new_folder(const fs::path& parent, const std::string& name) {
    return take_name(parent, name, make_folder);
}

fs::path shared_folder(const fs::path& parent, const std::string& name) {
    return take_name(parent, name, [](const fs::path& path) {
        return make_folder(path) || fs::symlink_status(path).type() == fs::file_type::directory;
    });
}

fs::path shared_folders(fs::path folder, const std::vector<std::string>& names) {
    for (const auto& name : names)
        folder = shared_folder(folder, name);
    return folder;
}

/// From the target down to the resource, without it.
std::vector<std::string> folders_of(const Place& place) {
    std::vector<std::string> names = {place.project};
    if (!place.subject.empty()) names.push_back(place.subject);
    if (!place.session.empty()) {
        if (place.subject.empty()) names.emplace_back("no-subject");
        names.push_back(place.session);
    }
    const auto id_and_type = place.item + type_suffix(place.item_type);
    if (place.owner == OwnerKind::scan) {
        names.insert(names.end(), {"scans", id_and_type});
    } else if (place.owner == OwnerKind::reconstruction) {
        names.insert(names.end(), {"reconstructions", id_and_type});
    } else if (!place.assessor.empty()) {
        names.insert(names.end(), {"assessors", place.assessor});
    } else {
        names.emplace_back("resources");
    }
    if (place.direction != Direction::none) {
        names.emplace_back(place.direction == Direction::in ? "in" : "out");
    }
    return names;
}

/// The links of one resource, whose files come in order of their paths.
class ResourceFolder {
public:
    explicit ResourceFolder(fs::path folder) : folder_(std::move(folder)) {}

    void add(const std::string& path, const std::string& object) {
        const auto slash = path.rfind('/');
        const bool is_below = slash != std::string::npos;
        enter(is_below ? path.substr(0, slash) : "");
        take_name(entered_, is_below ? path.substr(slash + 1) : path, [&](const fs::path& link) {
            return make_link(link, object);
        });
    }

private:
    void enter(const std::string& below) {
        if (!entered_.empty() && below == below_) return;
        below_ = below;
        entered_ = folder_;
        if (below.empty()) return;
        for (const auto name : split(below, '/'))
            entered_ = shared_folder(entered_, std::string(name));
    }

    const fs::path folder_;
    std::string below_;
    fs::path entered_;
};

class LinkTreeWriter {
public:
    LinkTreeWriter(
        catalog::Catalog& catalog,
        const model::Visibility& visibility,
        const fs::path& target,
        const ObjectPath& object_path
    )
        : catalog_(catalog), visibility_(visibility), target_(target), object_path_(object_path) {}

    LinkTree run() {
        model::Key after = 0;
        for (;;) {
            const auto places = catalog_.read([&](catalog::Snapshot& snapshot) {
                return catalog::list_places(visibility_, snapshot, after, rows_at_once);
            });
            if (places.empty()) return tree_;
            for (const auto& place : places)
                add_resource(place);
            after = places.back().resource;
        }
    }

private:
    void add_resource(const Place& place) {
        const auto name = place.label.empty() ? std::to_string(place.resource) : place.label;
        // Never one that is there: two resources whose names become the same stay apart.
        ResourceFolder folder(new_folder(shared_folders(target_, folders_of(place)), name));
        ++tree_.resources;
        std::string after;
        for (;;) {
            const auto files = list_files(place.resource, after);
            if (files.empty()) return;
            for (const auto& file : files)
                add_file(folder, file);
            after = files.back().path;
        }
    }

    std::vector<model::File> list_files(model::Key key, const std::string& after) {
        model::Resource resource;
        resource.key = key;
        return catalog_.read([&](catalog::Snapshot& snapshot) {
            return catalog::list_files(visibility_, snapshot, resource, after, rows_at_once);
        });
    }

    void add_file(ResourceFolder& folder, const model::File& file) {
        folder.add(file.path, object_path_(file.blob.object_key));
        ++tree_.files;
        if (file.blob.state != model::BlobState::sound) ++tree_.unsound;
    }

    catalog::Catalog& catalog_;
    const model::Visibility& visibility_;
    const fs::path& target_;
    const ObjectPath& object_path_;
    LinkTree tree_;
};

void make_target(const fs::path& target) {
    if (make_folder(target)) return;
    std::error_code error;
    if (!fs::is_directory(target, error) || !fs::is_empty(target, error) || error) {
        throw Error(ErrorKind::conflict, "'" + target.string() + "' is not an empty folder");
    }
}

}  // namespace

LinkTree lay_out_links(
    catalog::Catalog& catalog,
    const model::Visibility& visibility,
    const fs::path& target,
    const ObjectPath& object_path
) {
    make_target(target);
    return LinkTreeWriter(catalog, visibility, target, object_path).run();
}

}  // namespace larmor::archive
