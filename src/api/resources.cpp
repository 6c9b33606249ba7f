// SPDX-License-Identifier: Apache-2.0
#include "api/catalog_document.hpp"
#include "api/format.hpp"
#include "api/table.hpp"
#include "api/tree.hpp"
#include "api/xml_text.hpp"
#include "archive/browse.hpp"
#include "archive/listing.hpp"
#include "base/error.hpp"

namespace larmor::api {
namespace {

using archive::ItemKind;
using archive::SelectedResource;

std::string category(const SelectedResource& resource) {
    switch (resource.kind) {
        case ItemKind::none: return "resources";
        case ItemKind::scans: return "scans";
        case ItemKind::reconstructions: return "reconstructions";
        case ItemKind::assessors: return "assessors";
    }
    return "";
}

Row row_of(const SelectedResource& selected) {
    const auto& resource = selected.resource;
    const auto& description =
        selected.item_type.empty() ? selected.item_xsi_type : selected.item_type;
    return {
        std::to_string(resource.key),
        resource.label,
        "xnat:resourceCatalog",
        category(selected),
        selected.item_id,
        description,
        std::to_string(resource.file_count),
        std::to_string(resource.file_size),
        resource.tags,
        resource.content,
        resource.format};
}

archive::Selection select(const Services& services, const Call& call) {
    return archive::read_selection(
        services.catalog, call.who.visibility, call.selector(), depth_of(call.query())
    );
}

}  // namespace

http::Reply list_resources(const Services& services, const Call& call) {
    const auto selection = select(services, call);
    TableHead head;
    head.columns = {
        "xnat_abstractresource_id",
        "label",
        "element_name",
        "category",
        "cat_id",
        "cat_desc",
        "file_count",
        "file_size",
        "tags",
        "content",
        "format"};
    head.title = "Resources";
    head.total = selection.resources.size();
    std::vector<Row> rows;
    for (const auto& resource : selection.resources)
        rows.push_back(row_of(resource));
    return table_answer(list_format(call.request), std::move(head), rows);
}

http::Reply get_resource(const Services& services, const Call& call) {
    refuse_archives(call.query());
    auto selection = select(services, call);
    if (selection.resources.size() != 1) {
        throw Error(
            ErrorKind::not_found,
            "Unable to find the specified catalog: " + std::to_string(selection.resources.size()) +
                " resources match '" + *call.selector().resource + "'"
        );
    }
    const auto key = selection.resources.front().resource.key;
    http::Answer answer;
    answer.content_type = "text/xml";
    answer.body = catalog_document(
        archive::FileListing(services.catalog, call.who.visibility, std::move(selection), {}), key
    );
    return answer;
}

}  // namespace larmor::api
