// SPDX-License-Identifier: Apache-2.0
#include "archive/put_rules.hpp"

#include "archive/resolve.hpp"
#include "base/text.hpp"
#include "catalog/projects.hpp"
#include "model/names.hpp"

namespace larmor::archive {

void check_new_subject_label(std::string_view label) {
    as_unprocessable([&] { model::check_subject_label(label); });
}

void check_new_experiment_label(std::string_view label) {
    as_unprocessable([&] { model::check_experiment_label(label); });
}

model::Origin origin_of(const auth::Identity& who) {
    return {.inserted = now_millis(), .user = who.user.name};
}

model::Project get_project(
    const auth::Identity& who, catalog::Snapshot& snapshot, const Selector& selector
) {
    if (selector.project) {
        if (auto found = catalog::find_project(who.visibility, snapshot, *selector.project)) {
            return *std::move(found);
        }
    }
    throw Error(ErrorKind::not_found, "no project '" + selector.project.value_or("") + "'");
}

model::Experiment get_session(
    const auth::Identity& who, catalog::Snapshot& snapshot, const Selector& selector
) {
    Selector session = selector;
    session.items = ItemKind::none;
    session.resource.reset();
    auto experiments = resolve(who.visibility, snapshot, session).experiments;
    if (experiments.size() != 1 || experiments.front().session != 0) {
        throw Error(
            ErrorKind::not_found, "'" + *selector.experiment + "' is not one image session"
        );
    }
    return std::move(experiments.front());
}

void require_type(const std::string& xsi_type, std::string_view only_type) {
    if (xsi_type.empty() || model::is_a(only_type, xsi_type)) return;
    const bool known = model::find_data_type(xsi_type) != nullptr;
    throw Error(
        ErrorKind::invalid_argument,
        known ? "what is put here is of type " + std::string(only_type) + ", not " + xsi_type
              : "no data type '" + xsi_type + "'"
    );
}

const model::DataType& choose_type(
    const std::string& stated,
    const std::string& explicit_type,
    const std::string& existing,
    model::TypeKind kind
) {
    if (stated.empty() && existing.empty()) {
        throw Error(ErrorKind::unprocessable, "Need PUT Contents: say the type with xsiType=");
    }
    if (!existing.empty()) {
        const bool differs = !explicit_type.empty() && !model::is_a(existing, explicit_type);
        if (differs) {
            throw Error(
                ErrorKind::conflict,
                "Specified xsiType differs from existing xsiType: " + explicit_type + " is not " +
                    existing
            );
        }
        return *model::find_data_type(existing);
    }
    const auto* type = model::find_data_type(stated);
    if (type == nullptr) {
        throw Error(ErrorKind::invalid_argument, "no data type '" + stated + "'");
    }
    if (type->kind != kind) {
        throw Error(
            ErrorKind::invalid_argument,
            "a thing of type " + std::string(type->name) + " cannot be made here"
        );
    }
    return *type;
}

}  // namespace larmor::archive
