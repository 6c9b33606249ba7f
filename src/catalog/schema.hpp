// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/schema.hpp"

namespace larmor::catalog {

/// All versions of the catalog's tables so far. A version that was ever released is never
/// edited; a change is a further migration.
const sql::Schema& catalog_schema();

}  // namespace larmor::catalog
