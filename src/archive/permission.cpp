// SPDX-License-Identifier: Apache-2.0
#include "archive/permission.hpp"

#include "base/error.hpp"

namespace larmor::archive {
namespace {

bool allows(const model::Rights& rights, Deed deed) {
    switch (deed) {
        case Deed::create: return rights.create;
        case Deed::edit: return rights.edit;
        case Deed::remove: return rights.remove;
    }
    return false;
}

std::string_view verb(Deed deed) {
    switch (deed) {
        case Deed::create: return "create";
        case Deed::edit: return "change";
        case Deed::remove: return "delete";
    }
    return "";
}

}  // namespace

void require(
    const model::Visibility& visibility, model::Key project, Deed deed, const std::string& thing
) {
    if (allows(visibility.rights_in(project), deed)) return;
    throw Error(
        ErrorKind::forbidden, "you have no right to " + std::string(verb(deed)) + " " + thing
    );
}

void require_project_creation(const model::Visibility& visibility) {
    if (visibility.sees_everything()) return;
    throw Error(ErrorKind::forbidden, "you have no right to create projects");
}

}  // namespace larmor::archive
