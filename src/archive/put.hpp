// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "archive/attributes.hpp"
#include "archive/selector.hpp"
#include "auth/sign_in.hpp"
#include "catalog/catalog.hpp"

// PUT of the things of the tree: what exists is changed, what does not is made. All of them throw
// not_found for a parent that is not there, forbidden without the right, invalid_argument for a
// bad value, unprocessable for what cannot be made from what was said (no type, a bad label),
// conflict for a name that is taken.
namespace larmor::archive {

enum class PutOutcome { created, updated };
struct PutResult {
    PutOutcome outcome = PutOutcome::updated;
    std::string id;  // accession id, project id or scan id
};

PutResult put_project(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const std::string& id,
    const Attributes& attributes,
    const std::string& accessibility
);
PutResult put_subject(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
);
/// A session; its subject is made when it is not there. One that exists goes to the subject of the
/// path, conflict if that cannot be; `label=` renames it.
PutResult put_experiment(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
);
PutResult put_assessor(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
);
PutResult put_scan(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
);
PutResult put_reconstruction(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
);

/// DELETE of the one thing that the path names, with everything below it.
void remove_item(catalog::Catalog& catalog, const auth::Identity& who, const Selector& selector);

}  // namespace larmor::archive
