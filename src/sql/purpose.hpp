// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace larmor::sql {

/// Whether a database is worked on, or only looked at by a command that ends soon: that can be done
/// where it cannot be written, too.
enum class Purpose { any, reading };

}  // namespace larmor::sql
