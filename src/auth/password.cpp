// SPDX-License-Identifier: Apache-2.0
#include "auth/password.hpp"

#include <array>
#include <cerrno>

#include <sodium.h>

#include "auth/sign_in.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::auth {
namespace {

/// As libsodium writes it: base64 without padding.
std::string random_base64(std::size_t bytes) {
    std::string random(bytes, '\0');
    randombytes_buf(random.data(), random.size());
    auto text = to_base64(random);
    while (text.ends_with('='))
        text.pop_back();
    return text;
}

}  // namespace

void prepare_sodium() {
    static const bool is_ready = sodium_init() >= 0;
    if (!is_ready) throw Error(ErrorKind::unavailable, "libsodium cannot be initialised");
}

std::string hash_password(std::string_view password) {
    prepare_sodium();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const int failed = crypto_pwhash_str(
        text.data(),
        password.data(),
        password.size(),
        crypto_pwhash_OPSLIMIT_INTERACTIVE,
        crypto_pwhash_MEMLIMIT_INTERACTIVE
    );
    if (failed != 0) throw Error(ErrorKind::unavailable, "no memory to hash a password");
    return text.data();
}

std::string make_unmatched_hash() {
    prepare_sodium();
    constexpr std::size_t salt_bytes = 16;
    constexpr std::size_t hash_bytes = 32;
    return "$argon2id$v=19$m=" + std::to_string(crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024) +
           ",t=" + std::to_string(crypto_pwhash_OPSLIMIT_INTERACTIVE) + ",p=1$" +
           random_base64(salt_bytes) + "$" + random_base64(hash_bytes);
}

bool password_matches(const std::string& hash, std::string_view password) {
    prepare_sodium();
    errno = 0;
    if (crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0) return true;
    if (errno == ENOMEM) throw Error(ErrorKind::unavailable, "no memory to verify a password");
    return false;
}

}  // namespace larmor::auth
