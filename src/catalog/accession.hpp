// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "catalog/catalog.hpp"

namespace larmor::catalog {

// In a path an accession id and a label stand in the same place. So of all subjects, and of all
// experiments, no label is the accession id of another: one name, one thing, in every project,
// wherever it may be moved.

/// The next `<site_id>_S00001` or `<site_id>_E00001` that no row has, as its id or its label, and
/// none ever had as its id; `kind` is the table: subject or experiment.
std::string next_accession_id(Change& change, std::string_view kind);

/// Throws conflict when the label is the accession id of another row of the table `kind` than the
/// one of this key (0: one that is about to be made). Names the other, if it is visible.
void require_nobodys_id(
    const Visibility& visibility,
    Change& change,
    std::string_view kind,
    std::string_view label,
    Key key
);

/// Notes the ids of rows that are about to be deleted; `keys` is a query.
void retire_ids(Change& change, std::string_view table, const std::string& keys);
/// Of a project without case, as all names of projects are compared.
bool is_retired(Snapshot& snapshot, std::string_view table, std::string_view id);

}  // namespace larmor::catalog
