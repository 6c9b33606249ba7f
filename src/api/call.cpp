// SPDX-License-Identifier: Apache-2.0
#include "api/call.hpp"

namespace larmor::api {

archive::Depth depth_of(const http::Query& query) {
    return query.is_true("all") ? archive::Depth::everything_below : archive::Depth::own_level;
}

http::Answer text_answer(std::string text, unsigned status) {
    http::Answer answer;
    answer.status = status;
    answer.content_type = "text/plain";
    answer.body = std::move(text);
    return answer;
}

}  // namespace larmor::api
