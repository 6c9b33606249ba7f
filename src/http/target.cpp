// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/percent.hpp"
#include "http/request.hpp"

namespace larmor::http {
namespace {

constexpr std::size_t target_bytes_max = 32 * 1024;
constexpr std::size_t parameters_max = 10'000;

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::invalid_argument, why);
}

std::string decode_segment(std::string_view text) {
    auto decoded = percent_decode(text);
    if (!decoded) refuse("invalid percent escape in the path");
    return std::move(*decoded);
}

void check_segment(std::string_view segment) {
    if (segment.find('\0') != std::string_view::npos) refuse("NUL in the path");
    if (!is_valid_utf8(segment)) refuse("the path is not valid UTF-8");
    // An escaped slash stays inside its segment, so what it divides is looked at as well.
    for (const auto piece : split(segment, '/')) {
        if (piece == "." || piece == "..") refuse("'.' and '..' are not allowed in a path");
    }
}

/// Lenient: what is not a valid escape stays, and so does %00, since no text may hold a NUL; one
/// that comes as it is, in a form, is written so too.
std::string decode_parameter(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? find_escape(text, i) : std::nullopt;
        if (byte && *byte != '\0') {
            result += *byte;
            i += 2;
        } else if (text[i] == '\0') {
            result += "%00";
        } else {
            result += text[i] == '+' ? ' ' : text[i];
        }
    }
    return result;
}

struct Origin {
    std::string_view prefix;
    std::string_view default_port;
};

Origin origin_of(Scheme scheme) {
    switch (scheme) {
        case Scheme::http: return {"http://", ":80"};
        case Scheme::https: return {"https://", ":443"};
    }
    return {};
}

/// Where the name ends: an `=` in brackets is part of it, as in `a[name=x]/b=value`, unless there
/// is no other.
std::size_t find_equals(std::string_view parameter) {
    int depth = 0;
    for (std::size_t at = 0; at < parameter.size(); ++at) {
        const char c = parameter[at];
        if (c == '[') ++depth;
        if (c == ']') --depth;
        if (c == '=' && depth <= 0) return at;
    }
    return parameter.find('=');
}

/// `example.org:80` and `EXAMPLE.org` are one host over plain HTTP.
std::string normal_host(std::string_view host, const Origin& origin) {
    auto result = to_lower(host);
    if (result.ends_with(origin.default_port)) {
        result.resize(result.size() - origin.default_port.size());
    }
    return result;
}

/// Path and query of an absolute-form target, which must name the host of this request.
std::string_view strip_origin(std::string_view text, std::string_view host, const Origin& origin) {
    if (!equals_ignoring_case(text.substr(0, origin.prefix.size()), origin.prefix)) {
        refuse(
            "the request target is neither a path nor an " + std::string(origin.prefix) + " URL"
        );
    }
    text.remove_prefix(origin.prefix.size());
    const auto authority = text.substr(0, text.find_first_of("/?#"));
    if (authority.empty() || normal_host(authority, origin) != normal_host(host, origin)) {
        refuse("the request target names another host");
    }
    return text.substr(authority.size());
}

}  // namespace

Target parse_target(std::string_view text, std::string_view host, Scheme scheme) {
    if (text.size() > target_bytes_max) {
        throw Error(
            ErrorKind::too_large,
            "the request target is longer than " + std::to_string(target_bytes_max) + " bytes"
        );
    }
    if (text.empty()) refuse("the request target is empty");
    Target target;
    target.text = text;
    auto rest = text.front() == '/' ? text : strip_origin(text, host, origin_of(scheme));
    const auto question = rest.find('?');
    const auto path = rest.substr(0, question);
    if (path.find('#') != std::string_view::npos) refuse("'#' is not allowed in a path");
    for (const auto piece : split(path, '/')) {
        if (piece.empty()) continue;
        target.segments.push_back(decode_segment(piece));
        check_segment(target.segments.back());
    }
    target.ends_with_slash = path.ends_with('/');
    if (question != std::string_view::npos) target.query = parse_query(rest.substr(question + 1));
    return target;
}

Query parse_query(std::string_view text) {
    Query query;
    for (const auto piece : split(text, '&')) {
        if (piece.empty()) continue;
        // In memory an empty one takes fifty times what it takes in a form.
        if (query.all().size() == parameters_max) {
            throw Error(ErrorKind::too_large, "more than 10,000 parameters");
        }
        const auto equals = find_equals(piece);
        Parameter parameter{decode_parameter(piece.substr(0, equals)), {}};
        if (equals != std::string_view::npos) {
            parameter.value = decode_parameter(piece.substr(equals + 1));
        }
        query.add(std::move(parameter));
    }
    return query;
}

}  // namespace larmor::http
