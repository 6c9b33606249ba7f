// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/visibility.hpp"

// The one place where a write is allowed or refused.
namespace larmor::archive {

enum class Deed { create, edit, remove };

/// Throws forbidden, naming the thing, unless the rights in its project allow the deed.
void require(
    const model::Visibility& visibility, model::Key project, Deed deed, const std::string& thing
);
/// Throws forbidden unless projects may be made: for now by those who see everything.
void require_project_creation(const model::Visibility& visibility);

}  // namespace larmor::archive
