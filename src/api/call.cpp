// SPDX-License-Identifier: Apache-2.0
#include "api/call.hpp"

#include "base/text.hpp"

namespace larmor::api {

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

http::Answer text_answer(std::string text, unsigned status) {
    http::Answer answer;
    answer.status = status;
    answer.content_type = "text/plain";
    answer.body = std::move(text);
    return answer;
}

}  // namespace larmor::api
