// SPDX-License-Identifier: Apache-2.0
#include "api/error_answer.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "api/format.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

/// A message may repeat what came in a path or query, where any byte may stand.
std::string as_utf8(std::string message) {
    if (is_valid_utf8(message)) return message;
    std::ranges::replace_if(
        message, [](char c) { return (c & 0x80) != 0; }, '?'
    );
    return message;
}

std::string one_line(std::string message) {
    std::ranges::replace_if(message, is_control, '?');
    return message;
}

}  // namespace

http::Answer error_answer(
    const http::Request& request, unsigned status, const std::string& message
) {
    http::Answer answer;
    answer.status = status;
    if (prefers_json(request)) {
        answer.content_type = "application/json";
        answer.body = boost::json::serialize(boost::json::object{
                          {"status", status}, {"message", as_utf8(message)}}) +
                      '\n';
    } else {
        answer.content_type = "text/plain";
        answer.body = one_line(message) + '\n';
    }
    return answer;
}

}  // namespace larmor::api
