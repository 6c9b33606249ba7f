// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/dialect.hpp"
#include "sql/schema.hpp"
#include "sql/session.hpp"

namespace larmor::sql {

/// Runs the migrations that the database lacks, all of them in one transaction of `session`.
/// Throws unavailable, naming both versions, when the database is newer than `schema`.
void migrate(Session& session, const Dialect& dialect, const Schema& schema);

/// For a database that can only be read. Throws unavailable when it is older, or newer.
void require_newest(Session& session, const Schema& schema);

}  // namespace larmor::sql
