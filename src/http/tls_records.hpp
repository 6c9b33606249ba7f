// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "http/openssl.hpp"

namespace larmor::http {

/// Encrypted bytes between OpenSSL and a socket. OpenSSL reads and writes here instead of on the
/// socket itself, so that many records go out by one call.
class TlsRecords {
public:
    /// For SSL_set_bio; null when there is no memory. Borrows this object.
    BIO* make_bio();

    /// Room for bytes from the socket, then how many have come.
    std::span<char> space(std::size_t size);
    void received(std::size_t count) { end_ += count; }
    /// What has come and OpenSSL has not read.
    std::span<const char> incoming() const { return {in_.data() + begin_, end_ - begin_}; }

    std::span<const char> outgoing() const { return std::span(out_).subspan(sent_); }
    void expect_outgoing(std::size_t count) { out_.reserve(out_.size() + count); }
    void sent(std::size_t count);
    /// Gives up the memory for outgoing bytes when there are none.
    void release_outgoing();

private:
    static int read(BIO* bio, char* to, int size);
    static int write(BIO* bio, const char* from, int size);
    static const BIO_METHOD* method();

    std::vector<char> in_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::vector<char> out_;
    std::size_t sent_ = 0;
};

}  // namespace larmor::http
