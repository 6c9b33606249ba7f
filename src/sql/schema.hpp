// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace larmor::sql {

/// What leads from one version to the next: single statements, in which `{key}` stands for an
/// integer primary key that is never given out twice, `{text}` for a text that is compared by
/// bytes, and `{without_rowid}`, at the end of a table, for storing its rows in the primary key.
using Migration = std::vector<std::string>;

/// The n-th migration makes version n; an empty database has version 0.
struct Schema {
    std::vector<Migration> migrations;
};

}  // namespace larmor::sql
