// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.hpp"
#include "model/user.hpp"
#include "model/visibility.hpp"

// Who you are and what you may do. The only door to libsodium.
namespace larmor::auth {

/// A user for the length of one request.
struct Identity {
    model::User user;
    model::Visibility visibility;
};

/// Verifies names and passwords: argon2id (libsodium's INTERACTIVE limits), one verification at a
/// time behind a bounded queue; verdicts are remembered for a few minutes under an HMAC of name
/// and password, and only for the revision of the user row, which is read anew every time.
/// Requests that ask the same question at once share one verification. May be called from any
/// thread.
class SignIn {
public:
    struct Options {
        std::size_t waiting_max = 8;  // more than these waiting: unavailable
        int remembered_seconds = 300;
        int refused_seconds = 10;  // a wrong password is remembered too, for less long
        std::size_t remembered_max = 4096;
        /// Whether a password belongs to a hash of hash_password(); tests count its calls.
        std::function<bool(const std::string& hash, std::string_view password)> check_password = {};
    };
    SignIn(catalog::Catalog& catalog, Options options);
    explicit SignIn(catalog::Catalog& catalog) : SignIn(catalog, Options()) {}
    ~SignIn();

    /// Throws unauthenticated (wrong name, wrong password, disabled: one message for all, and
    /// the same time), unavailable when too many wait. Blocks for up to 0.2 s and the queue.
    Identity verify(std::string_view name, std::string_view password);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Argon2id in libsodium's text form; about 0.1 s and 64 MiB.
std::string hash_password(std::string_view password);

/// The name and password of an `Authorization: Basic …` value; throws unauthenticated when it is
/// malformed, so that a bad header is never an error of the server.
struct Credentials {
    std::string name;
    std::string password;
};
Credentials parse_basic(std::string_view authorization);

}  // namespace larmor::auth
