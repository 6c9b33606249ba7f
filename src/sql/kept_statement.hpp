// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sql/dialect.hpp"
#include "sql/values.hpp"

namespace larmor::sql {

enum class Preparation { once, kept };

/// A prepared statement with its own places for parameters and columns, bound once by address
/// and filled for each run. `dialect` must outlive it.
class KeptStatement {
public:
    /// Throws std::logic_error unless `text` is one statement with as many `?` as parameters.
    KeptStatement(
        soci::session& session,
        const Dialect& dialect,
        std::string_view text,
        const Parameters& parameters,
        const Targets& targets,
        Preparation preparation
    );
    ~KeptStatement();

    /// Whether it was prepared for parameters and columns of these types.
    bool fits(const Parameters& parameters, const Targets& targets) const;
    bool is_running() const;
    /// Executes it and reads it to its end; returns the number of rows changed.
    std::size_t run(const Parameters& parameters, const std::function<void(const Row&)>& on_row);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// `text` with SOCI's names (`:p1`, `:p2`, …) in place of each `?` outside quotes and comments.
/// Throws std::logic_error when there is more than one statement: databases run only the first.
struct NamedText {
    std::string text;
    std::size_t count = 0;
};
NamedText name_parameters(std::string_view text);

}  // namespace larmor::sql
