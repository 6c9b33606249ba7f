// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/tree.hpp"

namespace larmor::archive {

/// One thing a client says of an object: `date=…` by shortcut, or `xnat:mrSessionData/date=…`.
struct Assignment {
    std::string key;
    std::string value;
};

/// What a PUT says of an object.
struct Attributes {
    std::string xsi_type;  // from xsiType=; empty when the client did not say
    std::vector<Assignment> assignments;

    /// `xsi_type`, else the type of the first assignment by path, else empty.
    std::string stated_type() const;
};

/// Path → value of the assignments that concern an object of this type, in their normal form:
/// shortcuts and paths that its type or an ancestor declares, and custom fields
/// (`fields/field[name=x]/field`). Others are left out, as XNAT does. `NULL` and "" give an empty
/// value, which clears the field. Throws invalid_argument for a bad value.
std::map<std::string, std::string> known_values(
    const Attributes& attributes, std::string_view xsi_type
);

/// Moves the value at `path` into `member`, when it is among the values.
void take(std::map<std::string, std::string>& values, const char* path, std::string& member);
/// Writes what is left into the fields; empty values clear.
void merge(const std::map<std::string, std::string>& values, model::Fields& fields);

}  // namespace larmor::archive
