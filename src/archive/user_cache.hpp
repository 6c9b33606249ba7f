// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "auth/sign_in.hpp"
#include "catalog/catalog.hpp"

namespace larmor::archive {

/// The scratch space of one user: resources with files that nobody else sees, administrators
/// included. It stays until its user deletes it.
struct UserCache {
    std::string project;  // for a selector
    auth::Identity who;   // its user, who in there sees it and nothing else, with every right
};

/// Absent when nothing was ever put there.
std::optional<UserCache> find_user_cache(catalog::Catalog& catalog, const auth::Identity& who);
/// Made at its first use.
UserCache open_user_cache(catalog::Catalog& catalog, const auth::Identity& who);

}  // namespace larmor::archive
