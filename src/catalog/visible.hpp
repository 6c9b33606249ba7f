// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"

// How a Visibility becomes part of a statement: the one place that does it.
namespace larmor::catalog {

/// A condition on a column that holds the key of a project. It consists of integers only.
std::string visible(const Visibility& visibility, std::string_view project_column);

/// `column IN (1,2,3)`; false when there is no key.
std::string is_one_of(std::string_view column, const std::vector<Key>& keys);

/// Statements stay short however long the list: `use` gets up to 500 keys at a time.
template <class F>
void in_chunks(const std::vector<Key>& keys, F&& use) {
    constexpr std::size_t chunk = 500;
    for (std::size_t from = 0; from < keys.size(); from += chunk) {
        const auto to = std::min(from + chunk, keys.size());
        use(std::vector<Key>(
            keys.begin() + static_cast<std::ptrdiff_t>(from),
            keys.begin() + static_cast<std::ptrdiff_t>(to)
        ));
    }
}

/// The row's project, when a row of `table` with this key exists and is visible. `table` is
/// project, subject, experiment, scan, reconstruction or resource.
std::optional<Key> find_project_of(
    const Visibility& visibility, Snapshot& snapshot, std::string_view table, Key key
);
/// The same; throws not_found, naming the table.
Key get_project_of(
    const Visibility& visibility, Snapshot& snapshot, std::string_view table, Key key
);

/// Throws forbidden unless everything is seen; `what` says what is asked for.
void require_everything(const Visibility& visibility, std::string_view what);

}  // namespace larmor::catalog
