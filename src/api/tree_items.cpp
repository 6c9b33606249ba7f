// SPDX-License-Identifier: Apache-2.0
#include "api/format.hpp"
#include "api/item_document.hpp"
#include "api/tree.hpp"

namespace larmor::api {

http::Reply get_item(const Services& services, const Call& call) {
    const auto item =
        item_of(archive::read_branch(services.catalog, call.who.visibility, call.selector()));
    const auto format = item_format(call.request);
    http::Answer answer;
    answer.content_type = media_type(format);
    switch (format) {
        case Format::json: answer.body = item_json(item); break;
        case Format::html: answer.body = item_html(item); break;
        case Format::xml:
        case Format::csv:
        case Format::zip:
        case Format::tar:
        case Format::tar_gz:
            answer.content_type = media_type(Format::xml);
            answer.body = item_xml(item);
            break;
    }
    return answer;
}

}  // namespace larmor::api
