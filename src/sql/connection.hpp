// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "sql/values.hpp"

namespace larmor::sql {

class Session;

/// Runs statements inside the transaction of one read or one write. Statements are single ones,
/// with `?` for each parameter; they are kept prepared, and read to their end or closed before
/// the call returns, also when it throws. Not thread-safe.
///
/// Throws Error: conflict (a unique row is there already, a referenced one is not), no_space,
/// unavailable (locked, unreachable), corrupt, invalid_argument (text with NUL or not UTF-8).
/// After such an error nothing more can be done in this transaction, as PostgreSQL has it.
class Connection {
public:
    explicit Connection(Session& session) : session_(session) {}

    /// Returns how many rows were inserted, changed or deleted.
    std::size_t execute(std::string_view statement, const Parameters& parameters = {});
    /// Reads the first row; false when there is none, and the targets are as before.
    bool read_row(std::string_view statement, const Parameters& parameters, const Targets& targets);
    /// Calls `on_row` after each row has been put into the targets.
    void for_each(
        std::string_view statement,
        const Parameters& parameters,
        const Targets& targets,
        const std::function<void()>& on_row
    );
    /// Whether it may see what has not been committed, and may never be.
    bool is_writing() const;

private:
    Session& session_;
};

}  // namespace larmor::sql
