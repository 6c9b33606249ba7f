// SPDX-License-Identifier: Apache-2.0
#include "api/catalog_document.hpp"

#include <functional>

#include "api/xml_text.hpp"

namespace larmor::api {
namespace {

using archive::ListedFile;

std::string attribute(std::string_view name, std::string_view value) {
    if (value.empty()) return "";
    return " " + std::string(name) + "=\"" + escape_xml(value) + '"';
}

std::string entry_of(const ListedFile& listed) {
    const auto& file = listed.file;
    return "\n<cat:entry" + attribute("name", file.name()) + attribute("URI", file.path) +
           attribute("ID", file.path) + attribute("format", file.format) +
           attribute("content", file.content) +
           attribute("digest", digest_to_hex(file.blob.digest.md5)) + "/>";
}

std::string meta_field(std::string_view name, std::string_view value) {
    return "<cat:metaField" + attribute("name", name) + ">" + escape_xml(value) +
           "</cat:metaField>";
}

std::string address_entry(const ListedFile& listed, const std::string& site) {
    return "\n<cat:entry" + attribute("URI", site + listed.uri) +
           attribute("cachePath", listed.layout_path) + "><cat:metaFields>" +
           meta_field("RELATIVE_PATH", listed.layout_path) +
           meta_field("SIZE", std::to_string(listed.file.blob.digest.size)) +
           "</cat:metaFields></cat:entry>";
}

class CatalogPages : public stream::Pages {
public:
    using Entry = std::function<std::string(const ListedFile&)>;
    CatalogPages(archive::FileListing listing, std::string id, Entry entry)
        : listing_(std::move(listing)), id_(std::move(id)), entry_(std::move(entry)) {}

    std::string next() override {
        if (ended_) return "";
        std::string page;
        if (!begun_) {
            page = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cat:Catalog" +
                   attribute("ID", id_) +
                   " xmlns:cat=\"http://nrg.wustl.edu/catalog\">\n<cat:entries>";
            files_ = listing_.next_page();
            begun_ = true;
        }
        for (const auto& listed : files_)
            page += entry_(listed);
        if (!files_.empty()) files_ = listing_.next_page();
        ended_ = files_.empty();
        if (ended_) page += "\n</cat:entries>\n</cat:Catalog>\n";
        return page;
    }

private:
    archive::FileListing listing_;
    std::string id_;
    Entry entry_;
    std::vector<ListedFile> files_;  // the page to come
    bool begun_ = false;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<stream::Pages> catalog_document(archive::FileListing listing, model::Key resource) {
    return std::make_unique<CatalogPages>(std::move(listing), std::to_string(resource), entry_of);
}

std::unique_ptr<stream::Pages> address_catalog(archive::FileListing listing, std::string site) {
    return std::make_unique<CatalogPages>(
        std::move(listing),
        "",
        [site = std::move(site)](const ListedFile& listed) { return address_entry(listed, site); }
    );
}

}  // namespace larmor::api
