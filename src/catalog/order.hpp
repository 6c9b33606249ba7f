// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "model/tree.hpp"

namespace larmor::catalog {

/// Rows of several sessions: by session in the order given, then in natural order of id.
template <class Row>
void sort_by_session(std::vector<Row>& rows, const std::vector<model::Key>& sessions) {
    std::unordered_map<model::Key, std::size_t> place;
    for (const auto session : sessions)
        place.emplace(session, place.size());
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
        if (a.session != b.session) return place.at(a.session) < place.at(b.session);
        return natural_compare(a.id, b.id) < 0;
    });
}

}  // namespace larmor::catalog
