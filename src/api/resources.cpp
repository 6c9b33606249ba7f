// SPDX-License-Identifier: Apache-2.0
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

std::string attribute(std::string_view name, std::string_view value) {
    if (value.empty()) return "";
    return " " + std::string(name) + "=\"" + escape_xml(value) + '"';
}

std::string catalog_entry(const model::File& file) {
    return "\n<cat:entry" + attribute("name", file.name()) + attribute("URI", file.path) +
           attribute("ID", file.path) + attribute("format", file.format) +
           attribute("content", file.content) +
           attribute("digest", digest_to_hex(file.blob.digest.md5)) + "/>";
}

/// XNAT's catalog document of one resource, page by page.
class CatalogDocument : public stream::Pages {
public:
    CatalogDocument(archive::FileListing listing, model::Key resource)
        : listing_(std::move(listing)), resource_(resource) {}

    std::string next() override {
        if (ended_) return "";
        std::string page;
        if (!begun_) {
            page = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cat:Catalog" +
                   attribute("ID", std::to_string(resource_)) +
                   " xmlns:cat=\"http://nrg.wustl.edu/catalog\">\n<cat:entries>";
            files_ = listing_.next_page();
            begun_ = true;
        }
        for (const auto& listed : files_)
            page += catalog_entry(listed.file);
        if (!files_.empty()) files_ = listing_.next_page();
        ended_ = files_.empty();
        if (ended_) page += "\n</cat:entries>\n</cat:Catalog>\n";
        return page;
    }

private:
    archive::FileListing listing_;
    model::Key resource_;
    std::vector<archive::ListedFile> files_;  // the page to come
    bool begun_ = false;
    bool ended_ = false;
};

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
    answer.body = std::make_unique<CatalogDocument>(
        archive::FileListing(services.catalog, call.who.visibility, std::move(selection), {}, ""),
        key
    );
    return answer;
}

}  // namespace larmor::api
