// SPDX-License-Identifier: Apache-2.0
#include "auth/sign_in.hpp"

#include <array>

#include <sodium.h>

#include "auth/password.hpp"
#include "auth/verdicts.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "catalog/users.hpp"

namespace larmor::auth {
namespace {

/// HMAC-SHA-256 under a key that this process has made up and forgets at its end.
class QuestionKey {
public:
    QuestionKey() {
        prepare_sodium();
        crypto_auth_hmacsha256_keygen(key_.data());
    }

    /// The parts with their lengths, so that no two lists of parts give the same bytes.
    std::string question(std::initializer_list<std::string_view> parts) const {
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, key_.data(), key_.size());
        for (const auto part : parts) {
            push(state, std::to_string(part.size()) + ':');
            push(state, part);
        }
        std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
        crypto_auth_hmacsha256_final(&state, code.data());
        return std::string(digest_bytes(code));
    }

private:
    static void push(crypto_auth_hmacsha256_state& state, std::string_view text) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
        crypto_auth_hmacsha256_update(&state, bytes, text.size());
    }
    std::array<unsigned char, crypto_auth_hmacsha256_KEYBYTES> key_{};
};

/// Names that no user can have and that a database may choke on.
bool may_be_a_name(std::string_view name) {
    return !name.empty() && is_valid_utf8(name) && name.find('\0') == std::string_view::npos;
}

/// Roles come later: until then a user who is no administrator sees nothing.
model::Visibility visibility_of(const model::User& user) {
    return user.is_administrator ? model::Visibility::everything()
                                 : model::Visibility::of_projects({});
}

Verdicts::Limits limits_of(const SignIn::Options& options) {
    return {
        .waiting_max = options.waiting_max,
        .remembered_max = options.remembered_max,
        .true_remembered = std::chrono::seconds(options.remembered_seconds),
        .false_remembered = std::chrono::seconds(options.refused_seconds),
    };
}

}  // namespace

struct SignIn::State {
    State(catalog::Catalog& catalog_used, Options options_given)
        : catalog(catalog_used), options(std::move(options_given)), verdicts(limits_of(options)) {
        if (!options.check_password) options.check_password = password_matches;
    }

    std::optional<model::User> find_user(std::string_view name) {
        if (!may_be_a_name(name)) return {};
        return catalog.read([&](catalog::Snapshot& snapshot) {
            return catalog::find_user(model::Visibility::everything(), snapshot, name);
        });
    }

    bool is_password_of(const model::User& user, std::string_view name, std::string_view password) {
        // The hash is in the question too: a user removed and made anew has new salt.
        const auto question =
            key.question({name, password, std::to_string(user.revision), user.password_hash});
        return verdicts.ask(question, [&] {
            return options.check_password(user.password_hash, password);
        });
    }

    catalog::Catalog& catalog;
    Options options;
    Verdicts verdicts;
    QuestionKey key;
    // An unknown name costs what a known one costs, or time would tell which names exist.
    model::User nobody{.name = {}, .password_hash = make_unmatched_hash()};
};

SignIn::SignIn(catalog::Catalog& catalog, Options options)
    : state_(std::make_unique<State>(catalog, std::move(options))) {}

SignIn::~SignIn() = default;

Identity SignIn::verify(std::string_view name, std::string_view password) {
    const auto found = state_->find_user(name);
    const auto& user = found ? *found : state_->nobody;
    const bool fits = state_->is_password_of(user, name, password);
    if (!fits || !found || !found->is_enabled) {
        throw Error(ErrorKind::unauthenticated, "wrong name or password");
    }
    return {.user = *found, .visibility = visibility_of(*found)};
}

}  // namespace larmor::auth
