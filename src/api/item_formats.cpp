// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <boost/json.hpp>
#include <pugixml.hpp>

#include "api/item_document.hpp"
#include "api/xml_text.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "model/data_types.hpp"

namespace larmor::api {
namespace {

namespace json = boost::json;

/// Numbers are numbers in JSON; everything else, booleans too, is a text.
json::value json_value(const Item& item, const std::string& path, const std::string& text) {
    const auto* field = model::find_field(item.xsi_type, path);
    const bool is_number = field != nullptr && (field->kind == model::FieldKind::integer ||
                                                field->kind == model::FieldKind::number);
    if (is_number) {
        if (const auto value = parse_integer<std::int64_t>(text)) return *value;
    }
    if (is_number) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size()) return value;
    }
    return json::value(text);
}

/// `Tue Mar 05 10:11:12 UTC 2024`, the form Java gives.
std::string java_date(UnixMillis time) {
    const auto date = format_http_date(time);  // Tue, 05 Mar 2024 10:11:12 GMT
    return date.substr(0, 3) + " " + date.substr(8, 3) + " " + date.substr(5, 2) + " " +
           date.substr(17, 8) + " UTC " + date.substr(12, 4);
}

json::object json_of(const Item& item) {
    json::object fields;
    for (const auto& [path, text] : item.fields)
        fields[path] = json_value(item, path, text);
    json::array children;
    for (const auto& child : item.children) {
        json::array items;
        for (const auto& one : child.items)
            items.push_back(json_of(one));
        children.push_back(json::object{{"field", child.path}, {"items", std::move(items)}});
    }
    json::object meta{{"isHistory", false}, {"xsi:type", item.xsi_type}};
    if (item.inserted != 0) meta["start_date"] = java_date(item.inserted);
    return {
        {"children", std::move(children)},
        {"meta", std::move(meta)},
        {"data_fields", std::move(fields)}};
}

bool is_attribute(std::string_view path) {
    for (const auto* name :
         {"ID",
          "label",
          "project",
          "type",
          "UID",
          "secondary_ID",
          "format",
          "content",
          "file_count",
          "file_size",
          "description_of_file"}) {
        if (path == name) return true;
    }
    return false;
}

/// Goes down `path` from `node`, making elements that are not there; the last is always new when
/// `fresh`, since there may be several of it.
enum class Last { shared, fresh };
pugi::xml_node descend(pugi::xml_node node, std::string_view path, Last last) {
    const auto steps = split(path, '/');
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto name = "xnat:" + std::string(steps[i].substr(0, steps[i].find('[')));
        const bool must_be_new = i + 1 == steps.size() && last == Last::fresh;
        auto next = must_be_new ? pugi::xml_node() : node.child(name.c_str());
        node = next ? next : node.append_child(name.c_str());
    }
    return node;
}

/// `fields/field[name=x]/field` is `<xnat:field name="x">value</xnat:field>` in a document.
bool write_custom_field(pugi::xml_node node, std::string_view path, const std::string& text) {
    constexpr std::string_view opening = "fields/field[name=";
    if (!path.starts_with(opening)) return false;
    const auto name = path.substr(opening.size(), path.find(']') - opening.size());
    auto field = descend(node, "fields/field", Last::fresh);
    field.append_attribute("name") = xml_text(name).c_str();
    field.text() = xml_text(text).c_str();
    return true;
}

void write_item(pugi::xml_node node, const Item& item) {
    for (const auto& [path, text] : item.fields) {
        if (is_attribute(path)) node.append_attribute(path.c_str()) = xml_text(text).c_str();
    }
    for (const auto& [path, text] : item.fields) {
        if (is_attribute(path) || write_custom_field(node, path, text)) continue;
        descend(node, path, Last::shared).text() = xml_text(text).c_str();
    }
    for (const auto& children : item.children) {
        for (const auto& child : children.items) {
            auto element = descend(node, children.path, Last::fresh);
            element.append_attribute("xsi:type") = child.xsi_type.c_str();
            write_item(element, child);
        }
    }
}

}  // namespace

std::string item_json(const Item& item) {
    return json::serialize(json::object{{"items", json::array{json_of(item)}}});
}

std::string item_xml(const Item& item) {
    pugi::xml_document document;
    const auto* type = model::find_data_type(item.xsi_type);
    auto root = document.append_child(type ? std::string(type->element).c_str() : "xnat:Item");
    root.append_attribute("xmlns:xnat") = "http://nrg.wustl.edu/xnat";
    root.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    write_item(root, item);
    std::ostringstream text;
    text << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    document.save(text, "  ", pugi::format_indent | pugi::format_no_declaration);
    return text.str();
}

std::string item_html(const Item& item) {
    std::string page =
        "<html><body><h3>" + escape_xml(item.xsi_type) + "</h3>\n<table class=\"x_rs_t\">\n";
    for (const auto& [path, text] : item.fields) {
        page += "<tr><td>" + escape_xml(path) + "</td><td>" + escape_xml(text) + "</td></tr>\n";
    }
    return page + "</table></body></html>";
}

}  // namespace larmor::api
