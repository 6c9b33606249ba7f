// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "http/channel.hpp"

namespace larmor::http {

/// In PEM form: the certificate with those that lead to its issuer, and its key without a password.
struct TlsFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

/// TLS 1.2 and 1.3 for the connections of a server. Thread-safe.
class Tls {
public:
    /// Whether the kernel may encrypt what is sent; a connection whose cipher it does not know is
    /// encrypted here even so.
    enum class Kernel { encrypts, does_not };

    /// Throws Error naming the file that cannot be used.
    explicit Tls(TlsFiles files, Kernel kernel = probe_kernel());
    ~Tls();

    /// Reads the files again, for connections from now on. Throws Error naming the file that
    /// cannot be used; nothing has changed then.
    void reload();
    Kernel kernel() const { return kernel_; }
    /// Borrows the socket; `peer` is for the log. The handshake is made by opening what comes.
    std::unique_ptr<Channel> make_channel(int socket, std::string peer) const;

    static Kernel probe_kernel();

private:
    struct State;
    TlsFiles files_;
    Kernel kernel_;
    std::unique_ptr<State> state_;
};

}  // namespace larmor::http
