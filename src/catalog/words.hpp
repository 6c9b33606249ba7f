// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "model/file.hpp"
#include "model/tree.hpp"

// The words that stand in the tables for the values of enums.
namespace larmor::catalog {

std::string_view to_word(model::Accessibility value);
std::string_view to_word(model::OwnerKind value);
std::string_view to_word(model::Direction value);
std::string_view to_word(model::BlobState value);

/// Throw corrupt when it is none of them.
model::Accessibility to_accessibility(std::string_view word);
model::OwnerKind to_owner_kind(std::string_view word);
model::Direction to_direction(std::string_view word);
model::BlobState to_blob_state(std::string_view word);

}  // namespace larmor::catalog
