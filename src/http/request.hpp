// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larmor::http {

struct Header {
    std::string name;
    std::string value;
};

/// In the order they came; names compare without case.
class Headers {
public:
    void add(std::string name, std::string value);
    /// The first value of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    const std::vector<Header>& all() const { return headers_; }

private:
    std::vector<Header> headers_;
};

struct Parameter {
    std::string name;
    std::optional<std::string> value;  // absent for "?x" without "=", which is not "?x="
};

/// The decoded parameters of a query or of a form body; names compare exactly.
class Query {
public:
    void add(Parameter parameter) { parameters_.push_back(std::move(parameter)); }
    /// The first value of that name.
    std::optional<std::string> find(std::string_view name) const;
    std::vector<std::string> find_all(std::string_view name) const;
    /// XNAT's rule: there with a value other than `false` and `0` (any case); an empty value is
    /// true, "?x" without "=" is false.
    bool is_true(std::string_view name) const;
    const std::vector<Parameter>& all() const { return parameters_; }

private:
    std::vector<Parameter> parameters_;
};

/// A request target, decoded once, here and nowhere else. Path: strict (valid escapes, valid
/// UTF-8, no NUL, no "." or ".." segment) and `+` stays `+`; query: lenient, `+` is a blank.
struct Target {
    std::string text;                   // as sent; `*` only of OPTIONS, with nothing else
    std::vector<std::string> segments;  // decoded path segments, empty ones left out
    bool ends_with_slash = false;
    Query query;
};

/// What a request came by.
enum class Scheme { http, https };

/// Takes origin form and, for the same scheme and host, absolute form. Throws invalid_argument, and
/// too_large beyond 32 KiB.
Target parse_target(std::string_view text, std::string_view host, Scheme scheme = Scheme::http);
/// `a=b&c=d`, percent- and plus-decoded; bytes that are not valid escapes stay as they are, and
/// a NUL becomes `%00`. Throws too_large beyond 10,000 parameters.
Query parse_query(std::string_view text);

struct Request {
    std::string id;      // ours, for the log and the X-Request-Id header
    std::string method;  // upper case, as sent; HEAD arrives as "GET" with is_head set
    bool is_head = false;
    Target target;
    Headers headers;
    Scheme scheme = Scheme::http;
    std::string remote_address;
    bool has_body = false;                        // Content-Length > 0 or chunked
    std::optional<std::uint64_t> content_length;  // absent when chunked
};

}  // namespace larmor::http
