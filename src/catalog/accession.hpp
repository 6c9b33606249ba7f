// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "catalog/catalog.hpp"

namespace larmor::catalog {

/// The next `<site_id>_S00001` or `<site_id>_E00001` that no row has and none ever had; `kind` is
/// the table: subject or experiment.
std::string next_accession_id(Change& change, std::string_view kind);

/// Notes the ids of rows that are about to be deleted; `keys` is a query.
void retire_ids(Change& change, std::string_view table, const std::string& keys);
bool is_retired(Snapshot& snapshot, std::string_view table, std::string_view id);

}  // namespace larmor::catalog
