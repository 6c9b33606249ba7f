// SPDX-License-Identifier: Apache-2.0
#include "api/inside_zip.hpp"

#include "api/format.hpp"
#include "api/table.hpp"
#include "archive/inside_zip.hpp"

namespace larmor::api {

std::optional<http::Answer> member_answer(const Services& services, const Call& call) {
    auto member = archive::find_member(
        services.downloads,
        call.who.visibility,
        call.selector(),
        call.path.file,
        depth_of(call.query()),
        services.extract_limits
    );
    if (!member) return {};
    http::Answer answer;
    answer.content_type = file_media_type(member->name);
    answer.headers.add("Content-Disposition", http::attachment(member->name));
    answer.headers.add("Cache-Control", "private, must-revalidate");
    answer.last_modified = member->arrived;
    answer.body = std::move(member->source);
    return answer;
}

http::Answer zip_contents_answer(const Call& call, const archive::FileDownload& zip) {
    TableHead head;
    head.columns = {"File Name", "Size"};
    head.title = "Files";
    head.link_uris = true;
    auto contents = std::make_shared<archive::ZipContents>(zip);
    return paged_table_answer(list_format(call.request), std::move(head), [contents] {
        std::vector<Row> rows;
        for (const auto& member : contents->next_page())
            rows.push_back({member.name, std::to_string(member.size)});
        return rows;
    });
}

}  // namespace larmor::api
