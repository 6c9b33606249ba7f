// SPDX-License-Identifier: Apache-2.0
#include "archive/user_cache.hpp"

#include "base/error.hpp"
#include "catalog/projects.hpp"
#include "catalog/user_caches.hpp"

namespace larmor::archive {
namespace {

UserCache as_user_cache(
    const auth::Identity& who, catalog::Snapshot& snapshot, model::Key project
) {
    const model::Rights all{.read = true, .create = true, .edit = true, .remove = true};
    auto inside = model::Visibility::of_projects({{project, all}});
    const auto found = catalog::list_projects(inside, snapshot);
    if (found.size() != 1) throw Error(ErrorKind::corrupt, "a cache without its project");
    return {found.front().id, {who.user, std::move(inside)}};
}

}  // namespace

std::optional<UserCache> find_user_cache(catalog::Catalog& catalog, const auth::Identity& who) {
    return catalog.read([&](catalog::Snapshot& snapshot) -> std::optional<UserCache> {
        const auto project = catalog::find_user_cache(who.visibility, snapshot, who.user.key);
        if (!project) return {};
        return as_user_cache(who, snapshot, *project);
    });
}

UserCache open_user_cache(catalog::Catalog& catalog, const auth::Identity& who) {
    if (auto found = find_user_cache(catalog, who)) return *std::move(found);
    return catalog.write([&](catalog::Change& change) {
        const auto project = catalog::get_user_cache(who.visibility, change, who.user.key);
        return as_user_cache(who, change, project);
    });
}

}  // namespace larmor::archive
