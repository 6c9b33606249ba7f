// SPDX-License-Identifier: Apache-2.0
#include "api/call.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

/// Letters, digits and what a name, an address in brackets and a port have besides.
bool is_plain_host(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        return letter || digit || std::string_view("-._:[]").find(c) != std::string_view::npos;
    });
}

}  // namespace

bool Call::is_in_user_cache() const {
    switch (path.place) {
        case Place::cache_resources:
        case Place::cache_resource:
        case Place::cache_files:
        case Place::cache_file: return true;
        default: return false;
    }
}

bool overwrites(const Call& call) {
    const bool unasked = call.is_in_user_cache() && !call.query().find("overwrite");
    return unasked || call.query().is_true("overwrite");
}

http::Answer nothing_found(const Call& call, const std::string& message) {
    if (call.query().is_true("accept-not-found")) return text_answer("", 204);
    throw Error(ErrorKind::not_found, message);
}

archive::Depth depth_of(const http::Query& query) {
    return query.is_true("all") ? archive::Depth::everything_below : archive::Depth::own_level;
}

archive::ResourceNotes read_notes(const http::Query& query) {
    return {
        .format = query.find("format").value_or(""),
        .content = query.find("content").value_or(""),
        .description = query.find("description").value_or(""),
        .tags = join(query.find_all("tags"), ",")};
}

http::Scheme scheme_of(const http::Request& request) {
    // Of several proxies the first is the one before the client.
    const auto forwarded = request.headers.find("X-Forwarded-Proto").value_or("");
    const auto first = trim(split(forwarded, ',').front());
    return equals_ignoring_case(first, "https") ? http::Scheme::https : request.scheme;
}

std::string site_of(const http::Request& request) {
    const std::string host(request.headers.find("Host").value_or(""));
    if (!is_plain_host(host)) {
        throw Error(
            ErrorKind::invalid_argument, "whole addresses need a Host header that names this server"
        );
    }
    const bool is_secure = scheme_of(request) == http::Scheme::https;
    return (is_secure ? "https://" : "http://") + host;
}

http::Answer text_answer(std::string text, unsigned status) {
    http::Answer answer;
    answer.status = status;
    answer.content_type = "text/plain";
    answer.body = std::move(text);
    return answer;
}

}  // namespace larmor::api
