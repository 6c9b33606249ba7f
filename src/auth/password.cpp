// SPDX-License-Identifier: Apache-2.0
#include "auth/password.hpp"

#include <array>
#include <cerrno>

#include <sodium.h>

#include "auth/sign_in.hpp"
#include "base/error.hpp"

namespace larmor::auth {

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

bool password_matches(const std::string& hash, std::string_view password) {
    prepare_sodium();
    errno = 0;
    if (crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0) return true;
    if (errno == ENOMEM) throw Error(ErrorKind::unavailable, "no memory to verify a password");
    return false;
}

}  // namespace larmor::auth
