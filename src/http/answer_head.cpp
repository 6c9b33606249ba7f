// SPDX-License-Identifier: Apache-2.0
#include "http/answer_head.hpp"

#include <algorithm>

#include "base/time.hpp"
#include "http/token.hpp"

namespace larmor::http {
namespace {

bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

/// Reckoned once a second and thread; small answers are many.
const std::string& date_now() {
    thread_local UnixMillis second = -1;
    thread_local std::string text;
    const auto now = now_millis();
    if (now / 1000 != second) {
        second = now / 1000;
        text = format_http_date(now);
    }
    return text;
}

}  // namespace

std::string_view status_phrase(unsigned status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 423: return "Locked";
        case 424: return "Failed Dependency";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Unknown";
    }
}

std::string header_value(std::string_view text) {
    std::string value(text);
    std::ranges::replace_if(value, is_control, ' ');
    return value;
}

AnswerHead::AnswerHead(unsigned status) : text_("HTTP/1.1 " + std::to_string(status) + ' ') {
    text_ += status_phrase(status);
    text_ += "\r\n";
    add("Date", date_now());
    add("Server", "Larmor");
    add("X-Content-Type-Options", "nosniff");
}

void AnswerHead::add(std::string_view name, std::string_view value) {
    if (!is_token(name)) return;
    text_ += name;
    text_ += ": ";
    for (const char c : value)
        text_ += is_control(c) ? ' ' : c;
    text_ += "\r\n";
}

}  // namespace larmor::http
