// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/openssl.hpp"
#include "http/tls.hpp"

namespace larmor::http {

/// Encrypts with the settings and the certificate of `context`, of which OpenSSL keeps what it
/// needs. Borrows the socket. Throws unavailable when there is no memory.
std::unique_ptr<Channel> make_tls_channel(
    SSL_CTX& context, Tls::Kernel kernel, int socket, std::string peer
);

}  // namespace larmor::http
