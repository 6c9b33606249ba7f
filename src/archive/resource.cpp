// SPDX-License-Identifier: Apache-2.0
#include "archive/resource.hpp"

#include <algorithm>

#include "archive/permission.hpp"
#include "archive/resource_matcher.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/files.hpp"
#include "catalog/resources.hpp"
#include "model/names.hpp"

namespace larmor::archive {
namespace {

using catalog::Change;
using catalog::Snapshot;
using model::Resource;
using model::Visibility;

bool is_null_label(const std::string& label) {
    return equals_ignoring_case(label, "NULL");
}

bool is_label_only(const Target& target) {
    return resource_naming(target.scope.project) == ResourceNaming::one_label;
}

/// Empty: without a label.
std::string wanted_label(const Target& target, const Selector& selector) {
    if (!selector.resource) return "";
    const bool is_none = is_null_label(*selector.resource) && !is_label_only(target);
    return is_none ? "" : *selector.resource;
}

std::vector<Resource> list_target_resources(
    const Visibility& visibility, Snapshot& snapshot, const Target& target
) {
    auto resources = catalog::list_resources(visibility, snapshot, {target.owner});
    std::erase_if(resources, [&](const Resource& resource) {
        return resource.direction != target.direction;
    });
    return resources;
}

/// Everything that begins with `prefix`, whether or not that ends at a folder.
std::size_t remove_beginning_with(
    const Visibility& visibility,
    Change& change,
    const Resource& resource,
    const std::string& prefix
) {
    constexpr std::size_t page_rows = 1000;
    auto removed = catalog::remove_file(visibility, change, resource.key, prefix);
    for (;;) {
        const auto page = catalog::list_files(visibility, change, resource, prefix, page_rows);
        for (const auto& file : page) {
            if (!file.path.starts_with(prefix)) return removed;
            removed += catalog::remove_file(visibility, change, resource.key, file.path);
        }
        if (page.size() < page_rows) return removed;
    }
}

std::size_t remove_matching(
    const Visibility& visibility, Change& change, const Resource& resource, const std::string& path
) {
    if (path.ends_with('/')) {
        return catalog::remove_files_below(visibility, change, resource.key, path);
    }
    if (const auto removed = catalog::remove_file(visibility, change, resource.key, path)) {
        return removed;
    }
    // Only an explicit star reaches beyond a folder: "1*" is 1.dcm and 10.dcm, "1" is neither.
    if (!path.ends_with('*')) {
        return catalog::remove_files_below(visibility, change, resource.key, path + "/");
    }
    const auto prefix = path.substr(0, path.size() - 1);
    if (prefix.empty()) throw Error(ErrorKind::invalid_argument, "'*' alone names every file");
    return remove_beginning_with(visibility, change, resource, prefix);
}

}  // namespace

std::string path_of(const Target& target) {
    const auto& scope = target.scope;
    using model::OwnerKind;
    switch (target.owner.kind) {
        case OwnerKind::project: return "project " + scope.project->id;
        case OwnerKind::subject: return "subject " + scope.subject->label;
        case OwnerKind::scan: return "scan " + scope.scans.front().id;
        case OwnerKind::reconstruction: return "reconstruction " + scope.reconstructions.front().id;
        case OwnerKind::experiment: break;
    }
    return "experiment " +
           (scope.assessors.empty() ? scope.experiments : scope.assessors).front().label;
}

std::optional<Resource> find_target_resource(
    const Visibility& visibility, Snapshot& snapshot, const Target& target, const Selector& selector
) {
    if (!selector.resource) {
        const auto resources = list_target_resources(visibility, snapshot, target);
        return resources.empty() ? std::nullopt : std::optional(resources.front());
    }
    const auto key = is_label_only(target) ? std::nullopt : find_resource_key(*selector.resource);
    if (!key) {
        return catalog::find_labelled_resource(
            visibility, snapshot, target.owner, target.direction, wanted_label(target, selector)
        );
    }
    auto found = catalog::find_resource(visibility, snapshot, *key);
    if (!found || found->owner != target.owner || found->direction != target.direction) {
        throw Error(ErrorKind::not_found, "no resource " + *selector.resource);
    }
    return found;
}

void check_new_resource_label(const Target& target, const Selector& selector) {
    const auto label = wanted_label(target, selector);
    if (label.empty()) return;
    if (is_label_only(target)) return model::check_cache_resource_label(label);
    model::check_resource_label(label);
}

Resource create_target_resource(
    const Visibility& visibility,
    Change& change,
    const Target& target,
    const Selector& selector,
    const ResourceNotes& notes
) {
    check_new_resource_label(target, selector);
    Resource resource;
    resource.project = target.project;
    resource.owner = target.owner;
    resource.direction = target.direction;
    resource.label = wanted_label(target, selector);
    resource.format = notes.format;
    resource.content = notes.content;
    resource.description = notes.description;
    resource.tags = notes.tags;
    return catalog::create_resource(visibility, change, resource);
}

void note_on_resource(
    const Visibility& visibility, Change& change, Resource resource, const ResourceNotes& notes
) {
    bool changed = false;
    const auto note = [&](std::string& member, const std::string& value) {
        if (value.empty() || member == value) return;
        member = value;
        changed = true;
    };
    note(resource.format, notes.format);
    note(resource.content, notes.content);
    note(resource.description, notes.description);
    note(resource.tags, notes.tags);
    if (changed) catalog::replace_resource(visibility, change, resource);
}

Resource create_resource(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const ResourceNotes& notes
) {
    return catalog.write([&](Change& change) {
        const auto target = resolve_target(who.visibility, change, selector);
        require(who.visibility, target.project, Deed::edit, path_of(target));
        if (find_target_resource(who.visibility, change, target, selector)) {
            throw Error(
                ErrorKind::conflict,
                "Specified resource already exists: '" + selector.resource.value_or("") + "'"
            );
        }
        return create_target_resource(who.visibility, change, target, selector, notes);
    });
}

void remove_resources(
    catalog::Catalog& catalog, const auth::Identity& who, const Selector& selector
) {
    catalog.write([&](Change& change) {
        const auto target = resolve_target(who.visibility, change, selector);
        require(who.visibility, target.project, Deed::remove, path_of(target));
        const auto named = selector.resource.value_or("");
        ResourceMatcher matcher(named, resource_naming(target.scope.project));
        auto resources = list_target_resources(who.visibility, change, target);
        std::erase_if(resources, [&](const Resource& one) { return !matcher.matches(one); });
        matcher.require_key_seen();
        if (resources.empty()) throw Error(ErrorKind::not_found, "no resource '" + named + "'");
        for (const auto& resource : resources)
            catalog::remove_resource(who.visibility, change, resource.key);
    });
}

std::size_t remove_files(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const std::string& path
) {
    if (!selector.resource) {
        throw Error(
            ErrorKind::invalid_argument,
            "Unable to determine resource, parent, or security: the path names no resource"
        );
    }
    if (path.empty()) {
        // XNAT wipes the resource; a script whose variable was empty loses everything that way.
        throw Error(
            ErrorKind::invalid_argument,
            "name a file or folder to delete, or delete the resource itself"
        );
    }
    return catalog.write([&](Change& change) {
        const auto target = resolve_target(who.visibility, change, selector);
        require(who.visibility, target.project, Deed::remove, "files of " + path_of(target));
        const auto resource = find_target_resource(who.visibility, change, target, selector);
        if (!resource) {
            throw Error(
                ErrorKind::invalid_argument,
                "Unable to determine resource: there is no resource '" + *selector.resource + "'"
            );
        }
        return remove_matching(who.visibility, change, *resource, path);
    });
}

}  // namespace larmor::archive
