// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/token.hpp"

namespace larmor::http {
namespace {

std::vector<std::string_view> values_of(const Headers& headers, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& header : headers.all()) {
        if (equals_ignoring_case(header.name, name)) values.push_back(trim(header.value));
    }
    return values;
}

bool has_token(const Headers& headers, std::string_view name, std::string_view token) {
    for (const auto value : values_of(headers, name)) {
        for (const auto piece : split(value, ',')) {
            if (equals_ignoring_case(trim(piece), token)) return true;
        }
    }
    return false;
}

std::optional<Refusal> judge_host(const RequestHead& head) {
    const auto hosts = values_of(head.headers, "Host");
    if (hosts.size() > 1) return Refusal{400, "more than one Host header"};
    if (hosts.empty() && head.version == HttpVersion::http_1_1) {
        return Refusal{400, "no Host header"};
    }
    const bool odd =
        !hosts.empty() && hosts.front().find_first_of(" \t,/@?#\\") != std::string_view::npos;
    if (odd) return Refusal{400, "invalid Host header"};
    return {};
}

std::optional<Refusal> judge_length(const RequestHead& head, Framing& framing) {
    const auto lengths = values_of(head.headers, "Content-Length");
    if (lengths.empty()) return {};
    if (lengths.size() > 1) return Refusal{400, "more than one Content-Length header"};
    const bool digits = lengths.front().find_first_not_of("0123456789") == std::string_view::npos;
    // Half of the 64 bits, so that no sum with it can overflow.
    const auto length = parse_integer<std::int64_t>(lengths.front());
    if (!digits || !length) return Refusal{400, "invalid Content-Length header"};
    framing.content_length = static_cast<std::uint64_t>(*length);
    return {};
}

std::optional<Refusal> judge_coding(const RequestHead& head, Framing& framing) {
    const auto codings = values_of(head.headers, "Transfer-Encoding");
    if (codings.empty()) return {};
    if (framing.content_length) return Refusal{400, "both Transfer-Encoding and Content-Length"};
    if (head.version == HttpVersion::http_1_0) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
    if (codings.size() > 1 || !equals_ignoring_case(codings.front(), "chunked")) {
        return Refusal{400, "the only supported Transfer-Encoding is 'chunked'"};
    }
    framing.chunked = true;
    return {};
}

std::optional<Refusal> judge_expectation(const RequestHead& head, Framing& framing) {
    for (const auto value : values_of(head.headers, "Expect")) {
        if (!equals_ignoring_case(value, "100-continue")) {
            return Refusal{417, "the only supported expectation is '100-continue'"};
        }
        framing.expects_continue = head.version == HttpVersion::http_1_1;
    }
    return {};
}

}  // namespace

std::variant<Framing, Refusal> judge_head(const RequestHead& head) {
    Framing framing;
    if (auto refusal = judge_host(head)) return *refusal;
    if (auto refusal = judge_length(head, framing)) return *refusal;
    if (auto refusal = judge_coding(head, framing)) return *refusal;
    if (auto refusal = judge_expectation(head, framing)) return *refusal;
    framing.keep_alive = head.version == HttpVersion::http_1_1
                             ? !has_token(head.headers, "Connection", "close")
                             : has_token(head.headers, "Connection", "keep-alive");
    return framing;
}

std::variant<std::optional<std::size_t>, Refusal> HeadScan::look(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    if (!is_token_byte(bytes.front())) return Refusal{400, "this is not an HTTP request"};
    for (;;) {
        const auto end = bytes.find('\n', line_begin_);
        if (end == std::string_view::npos) break;
        if (end >= bytes_max) return Refusal{431, "the request head is too large"};
        auto line = bytes.substr(line_begin_, end - line_begin_);
        if (!line.ends_with('\r')) return Refusal{400, "a line of the head ends without CR"};
        line.remove_suffix(1);
        if (line.empty()) return std::optional(end + 1);
        if (++lines_ > lines_max) return Refusal{431, "more than 1,000 lines in the request head"};
        if (line_begin_ > 0 && (line.front() == ' ' || line.front() == '\t')) {
            return Refusal{400, "folded header lines are not supported"};
        }
        if (line.find_first_of(std::string_view("\0\r", 2)) != std::string_view::npos) {
            return Refusal{400, "control bytes in the request head"};
        }
        line_begin_ = end + 1;
    }
    if (bytes.size() >= bytes_max) return Refusal{431, "the request head is too large"};
    return std::nullopt;
}

}  // namespace larmor::http
