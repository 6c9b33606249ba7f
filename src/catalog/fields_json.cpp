// SPDX-License-Identifier: Apache-2.0
#include "catalog/fields_json.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"

namespace larmor::catalog {

std::string format_fields(const model::Fields& fields) {
    if (fields.empty()) return "{}";
    boost::json::object object;
    for (const auto& [path, value] : fields)
        object.emplace(path, value);
    return boost::json::serialize(object);
}

model::Fields parse_fields(std::string_view json) {
    if (json == "{}") return {};
    model::Fields fields;
    boost::system::error_code error;
    const auto value = boost::json::parse({json.data(), json.size()}, error);
    const auto* const object = error ? nullptr : value.if_object();
    if (object == nullptr) {
        throw Error(ErrorKind::corrupt, "the catalog's fields of an object are no JSON object");
    }
    for (const auto& [path, text] : *object) {
        if (!text.is_string()) {
            throw Error(ErrorKind::corrupt, "the field '" + std::string(path) + "' is no text");
        }
        fields.emplace(std::string(path), std::string(text.get_string()));
    }
    return fields;
}

}  // namespace larmor::catalog
