// SPDX-License-Identifier: Apache-2.0
#include "http/request_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/log.hpp"
#include "base/text.hpp"

namespace larmor::http {
namespace {

constexpr std::size_t target_bytes_max = 2048;

bool names_a_secret(std::string_view parameter) {
    constexpr std::array<std::string_view, 9> words = {
        "password",
        "passwd",
        "pw",
        "token",
        "secret",
        "sessionid",
        "signature",
        "credential",
        "key"};
    const auto name = to_lower(parameter);
    return std::ranges::any_of(words, [&](auto word) {
        return name.find(word) != std::string::npos;
    });
}

/// `user:password@host` of an absolute-form target.
std::string without_credentials(std::string_view path) {
    const auto authority = path.find("://");
    if (path.starts_with('/') || authority == std::string_view::npos) return std::string(path);
    const auto end = path.find('/', authority + 3);
    const auto at = path.substr(0, end).rfind('@');
    if (at == std::string_view::npos) return std::string(path);
    return std::string(path.substr(0, authority + 3)) + "***" + std::string(path.substr(at));
}

/// `name=value`, the value hidden where the name says that it is a secret.
std::string masked(std::string_view parameter) {
    const auto equals = parameter.find('=');
    const auto parsed = parse_query(parameter);
    const bool secret = equals != std::string_view::npos && !parsed.all().empty() &&
                        names_a_secret(parsed.all().front().name);
    return secret ? std::string(parameter.substr(0, equals)) + "=***" : std::string(parameter);
}

std::string masked_query(std::string_view query) {
    std::vector<std::string> pieces;
    for (const auto piece : split(query, '&'))
        pieces.push_back(masked(piece));
    return join(pieces, "&");
}

/// A servlet writes the id of a session behind a segment: `/files;jsessionid=…`.
std::string masked_path(std::string_view path) {
    std::vector<std::string> pieces;
    for (const auto piece : split(path, ';')) {
        const auto end = pieces.empty() ? 0 : std::min(piece.find('/'), piece.size());
        pieces.push_back(masked(piece.substr(0, end)) + std::string(piece.substr(end)));
    }
    return join(pieces, ";");
}

std::string method_of(const Request& request) {
    if (request.is_head) return "HEAD";
    return request.method.empty() ? "-" : request.method;
}

std::string tenths(std::chrono::steady_clock::duration duration) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    const auto rounded = (micros + 50) / 100;
    return std::to_string(rounded / 10) + '.' + std::to_string(rounded % 10);
}

}  // namespace

std::string loggable_target(std::string_view target) {
    const auto question = target.find('?');
    auto result = masked_path(without_credentials(target.substr(0, question)));
    if (question != std::string_view::npos) {
        result += '?' + masked_query(target.substr(question + 1));
    }
    if (result.size() > target_bytes_max) {
        result.resize(target_bytes_max);
        result += "...";
    }
    return result;
}

void log_request(const RequestRecord& record) {
    const auto& request = record.request;
    log(LogLevel::info,
        "request",
        {{"id", request.id},
         {"user", record.user.empty() ? "-" : std::string(record.user)},
         {"method", method_of(request)},
         {"path", loggable_target(request.target.text)},
         {"status", std::to_string(record.status)},
         {"bytes", std::to_string(record.body_bytes)},
         {"ms", tenths(record.duration)},
         {"remote", request.remote_address},
         {"end", std::string(record.end)}});
}

}  // namespace larmor::http
