// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "http/request.hpp"
#include "stream/source.hpp"

namespace larmor::http {

/// What goes back. Conditions, ranges, HEAD, Content-Length, Date, Connection, ETag and
/// X-Content-Type-Options are the server's business; an application says only what the
/// representation is.
struct Answer {
    unsigned status = 200;
    std::string content_type = "text/plain";
    Headers headers;  // further ones, such as Content-Disposition; values are checked for CR, LF
    /// A text; bytes of known length, which get ranges and conditions when status is 200; or
    /// pages, sent chunked (with a length when the first page is the only one).
    std::variant<std::string, std::shared_ptr<const stream::Source>, std::unique_ptr<stream::Pages>>
        body;
    std::optional<UnixMillis> last_modified;  // of a Source
    std::string user;                         // for the log line; empty when nobody signed in
};

/// A request body on its way into the application. push() and finish() run on a worker thread,
/// one at a time. Destroyed without finish() when the client goes away: nothing must stay.
class Upload {
public:
    virtual ~Upload() = default;
    /// For the log line, should there be no answer; empty when nobody signed in.
    virtual std::string user() const { return {}; }
    virtual void push(std::span<const std::byte> bytes) = 0;
    virtual Answer finish() = 0;
};

/// An Upload asks for the body; an Answer is sent at once (and an unread body is drained).
using Reply = std::variant<Answer, std::unique_ptr<Upload>>;

/// What the server serves. Both functions run on worker threads, many at a time, and may block.
class Application {
public:
    virtual ~Application() = default;
    virtual Reply handle(const Request& request) = 0;
    /// The answer for whatever handle(), push() or finish() threw.
    virtual Answer answer_error(const Request& request, std::exception_ptr error) noexcept = 0;
};

/// `attachment; filename="MR1.zip"`, with `filename*` for names that are not plain ASCII
/// (RFC 6266). Quotes and control bytes cannot break out.
std::string attachment(std::string_view file_name);

}  // namespace larmor::http
