// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "archive/selector.hpp"
#include "auth/sign_in.hpp"
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "model/data_types.hpp"
#include "model/tree.hpp"

// What all PUTs of the tree share.
namespace larmor::archive {

/// Runs a check of names, and gives its invalid_argument on as unprocessable: the thing cannot be
/// made, which XNAT tells apart from a bad value.
template <class Check>
void as_unprocessable(Check check) {
    try {
        check();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_argument) throw;
        throw Error(ErrorKind::unprocessable, error.what());
    }
}

void check_new_subject_label(std::string_view label);
/// Of a session or assessor.
void check_new_experiment_label(std::string_view label);
model::Origin origin_of(const auth::Identity& who);

/// The project of the path; throws not_found.
model::Project get_project(
    const auth::Identity& who, catalog::Snapshot& snapshot, const Selector& selector
);
/// The one session of the path; throws not_found.
model::Experiment get_session(
    const auth::Identity& who, catalog::Snapshot& snapshot, const Selector& selector
);
model::Subject find_or_create_subject(
    const auth::Identity& who,
    catalog::Change& change,
    const model::Project& project,
    const std::string& label
);

/// Of what has one type only. Throws invalid_argument when `xsi_type` is said and is neither that
/// type nor one that it inherits from.
void require_type(const std::string& xsi_type, std::string_view only_type);

/// The type an object is to have, of the kind wanted: the one stated, or the existing one. Throws
/// unprocessable when neither is there, invalid_argument for a type that is unknown, abstract or
/// of another kind, conflict when an existing object would change its type by `xsiType=`.
const model::DataType& choose_type(
    const std::string& stated,
    const std::string& explicit_type,
    const std::string& existing,
    model::TypeKind kind
);

}  // namespace larmor::archive
