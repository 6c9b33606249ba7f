// SPDX-License-Identifier: Apache-2.0
#include "server/administrator.hpp"

#include "auth/sign_in.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "catalog/users.hpp"

namespace larmor::server {
namespace {

bool exists(catalog::Catalog& catalog) {
    return catalog.read([](catalog::Snapshot& snapshot) {
        const auto everything = model::Visibility::everything();
        return catalog::find_user(everything, snapshot, administrator_name).has_value();
    });
}

void check_password(const std::string& password) {
    if (password.empty()) {
        throw Error(ErrorKind::invalid_argument, "LARMOR_ADMIN_PASSWORD is set, but empty");
    }
    if (has_control(password) || !is_valid_utf8(password)) {
        throw Error(
            ErrorKind::invalid_argument,
            "LARMOR_ADMIN_PASSWORD must be UTF-8 without control characters"
        );
    }
}

}  // namespace

std::optional<std::string> ensure_administrator(
    catalog::Catalog& catalog, const std::optional<std::string>& password
) {
    if (exists(catalog)) return {};
    if (password) check_password(*password);
    constexpr std::size_t random_bytes = 12;
    const auto chosen = password ? *password : random_hex(random_bytes);
    model::User user{
        .name = administrator_name,
        .password_hash = auth::hash_password(chosen),
        .is_administrator = true,
    };
    catalog.write([&](catalog::Change& change) {
        catalog::create_user(model::Visibility::everything(), change, user);
    });
    if (password) return {};
    return chosen;
}

}  // namespace larmor::server
