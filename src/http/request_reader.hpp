// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "http/request_head.hpp"

namespace larmor::http {

/// Takes the bytes of a connection as they come and gives out heads and bodies, one request after
/// the other. Memory is bounded by the largest head; a body passes through.
class RequestReader {
public:
    enum class Progress { needs_more, complete, refused };

    struct BodyRead {
        std::size_t count = 0;  // bytes decoded
        Progress progress = Progress::needs_more;
    };

    RequestReader();
    ~RequestReader();

    /// Where the next bytes belong, never empty; then how many have come.
    std::span<char> space();
    void received(std::size_t count);
    bool has_bytes() const;

    /// Reads on in the head of the next request.
    Progress read_head();
    const RequestHead& head() const;
    const Framing& framing() const;
    /// After `refused`; the connection cannot be used for another request.
    const Refusal& refusal() const;

    /// Decodes what has come of the body into `room`. `needs_more` with a full room says nothing:
    /// call again with a new one.
    BodyRead read_body(std::span<std::byte> room);
    bool is_body_complete() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace larmor::http
