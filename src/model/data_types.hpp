// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The one table of XNAT's data types: names, inheritance, element names and fields. Selectors,
// validation, columns and documents are made from it.
namespace larmor::model {

enum class TypeKind { project, subject, session, assessor, scan, reconstruction, abstract };

struct DataType {
    std::string_view name;     // xnat:mrSessionData
    std::string_view parent;   // xnat:imageSessionData; empty at a root
    std::string_view element;  // xnat:MRSession, the root element of its XML document
    std::string_view plural;   // MR Sessions, for people; empty for abstract types
    TypeKind kind = TypeKind::abstract;
};

std::span<const DataType> data_types();
/// By its name or its element name, without case; nullptr when there is none.
const DataType* find_data_type(std::string_view name);
/// Whether `type` is `ancestor` or inherits from it. False when either is unknown.
bool is_a(std::string_view type, std::string_view ancestor);
/// The names of `type` and of all types below it.
std::vector<std::string> with_subtypes(std::string_view type);

enum class FieldKind { text, integer, number, boolean, date, time };

struct Field {
    std::string_view type;      // the type that declares it; its subtypes have it too
    std::string_view path;      // below the element: scanner/model
    std::string_view shortcut;  // as query keys and columns spell it; empty when there is none
    FieldKind kind = FieldKind::text;
};

std::span<const Field> fields();
/// A field of `type` or of an ancestor, by path without case. Predicates such as
/// `[@xsi:type=xnat:demographicData]` are to be cut before, see plain_path().
const Field* find_field(std::string_view type, std::string_view path);
const Field* find_shortcut(std::string_view type, std::string_view shortcut);

/// `demographics[@xsi:type=xnat:demographicData]/age` becomes `demographics/age`; predicates by
/// name (`fields/field[name=x]/field`) stay, since they say which.
std::string plain_path(std::string_view path);

/// yyyy-MM-dd, from that or from MM/DD/YYYY; absent when there is no such day.
std::optional<std::string> parse_date(std::string_view text);

/// The value as it is stored: dates as yyyy-MM-dd (from that or MM/DD/YYYY), booleans as
/// true/false, numbers checked. Throws invalid_argument naming the field.
std::string normalise_value(const Field& field, std::string_view value);

}  // namespace larmor::model
