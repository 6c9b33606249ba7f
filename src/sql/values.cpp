// SPDX-License-Identifier: Apache-2.0
#include "sql/values.hpp"

#include <stdexcept>

#include "base/error.hpp"

namespace larmor::sql {

void Parameter::throw_too_large(std::uint64_t value) {
    throw Error(
        ErrorKind::invalid_argument,
        "the number " + std::to_string(value) + " is too large for the catalog"
    );
}

Into::Into(double& target)
    : Into(Type::number, &target, [](void* where, const Cell& cell) {
          require_value(cell);
          *static_cast<double*>(where) = cell.number;
      }) {}

Into::Into(std::string& target)
    : Into(Type::text, &target, [](void* where, const Cell& cell) {
          require_value(cell);
          *static_cast<std::string*>(where) = cell.text;
      }) {}

Into::Into(std::string_view& target)
    : Into(Type::text, &target, [](void* where, const Cell& cell) {
          require_value(cell);
          *static_cast<std::string_view*>(where) = cell.text;
      }) {}

Into::Into(std::optional<std::int64_t>& target)
    : Into(Type::integer, &target, [](void* where, const Cell& cell) {
          auto& value = *static_cast<std::optional<std::int64_t>*>(where);
          value.reset();
          if (!cell.is_null) value = cell.integer;
      }) {}

Into::Into(std::optional<std::string>& target)
    : Into(Type::text, &target, [](void* where, const Cell& cell) {
          auto& value = *static_cast<std::optional<std::string>*>(where);
          value.reset();
          if (!cell.is_null) value = cell.text;
      }) {}

void Into::require_value(const Cell& cell) {
    if (cell.is_null) throw std::logic_error("a statement gave null where a value must be");
}

void Into::throw_does_not_fit(std::int64_t value) {
    throw std::logic_error(std::to_string(value) + " does not fit into its column's target");
}

}  // namespace larmor::sql
