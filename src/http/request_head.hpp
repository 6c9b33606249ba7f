// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "http/outgoing.hpp"
#include "http/request.hpp"

namespace larmor::http {

/// Why a request is answered without being handed to the application.
struct Refusal {
    unsigned status = 400;
    std::string message;
};

/// The head of a request as it was sent.
struct RequestHead {
    std::string method;
    std::string target;
    HttpVersion version = HttpVersion::http_1_1;
    Headers headers;
};

/// Where the body of a request ends and what comes after it.
struct Framing {
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool keep_alive = true;
    bool expects_continue = false;

    bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Refuses whatever two readers of the same bytes could frame differently (RFC 9112 §11.2).
std::variant<Framing, Refusal> judge_head(const RequestHead& head);

/// Finds the end of a head in the bytes that have come so far, and refuses what Beast lets pass:
/// folded lines, bare line feeds, and bytes that cannot begin a request.
class HeadScan {
public:
    /// Head and empty line together.
    static constexpr std::size_t bytes_max = 64 * 1024;
    /// In memory an empty header takes twenty times what it takes on the wire.
    static constexpr std::size_t lines_max = 1000;

    /// The length of the head with its empty line; absent while it is incomplete. `bytes` must
    /// begin with those of the last call.
    std::variant<std::optional<std::size_t>, Refusal> look(std::string_view bytes);

private:
    std::size_t line_begin_ = 0;
    std::size_t lines_ = 0;
};

}  // namespace larmor::http
