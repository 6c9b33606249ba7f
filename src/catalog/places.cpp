// SPDX-License-Identifier: Apache-2.0
#include "catalog/places.hpp"

#include "catalog/visible.hpp"
#include "catalog/words.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

// `e` is the experiment that a resource hangs on or below, `s` its session if it is an assessor.
constexpr std::string_view place_query =
    "SELECT r.key, r.label, r.owner_kind, r.direction, "
    "CASE WHEN p.cache_of IS NULL THEN 0 ELSE 1 END, p.id, coalesce(b.label, ''), "
    "coalesce(s.label, e.label, ''), CASE WHEN s.key IS NULL THEN '' ELSE e.label END, "
    "coalesce(c.id, n.id, ''), coalesce(c.type, n.type, '') "
    "FROM resource r JOIN project p ON p.key = r.project "
    "LEFT JOIN scan c ON r.owner_kind = 'scan' AND c.key = r.owner "
    "LEFT JOIN reconstruction n ON r.owner_kind = 'reconstruction' AND n.key = r.owner "
    "LEFT JOIN experiment e ON e.key = CASE r.owner_kind WHEN 'scan' THEN c.session "
    "WHEN 'reconstruction' THEN n.session WHEN 'experiment' THEN r.owner END "
    "LEFT JOIN experiment s ON s.key = e.session "
    "LEFT JOIN subject b ON b.key = "
    "CASE r.owner_kind WHEN 'subject' THEN r.owner ELSE e.subject END WHERE ";

std::vector<Place> select_places(
    const Visibility& visibility,
    Snapshot& snapshot,
    std::string_view condition,
    const sql::Parameters& parameters
) {
    std::vector<Place> places;
    Place row;
    std::string owner;
    std::string direction;
    snapshot.connection().for_each(
        std::string(place_query) + visible(visibility, "r.project") + " AND " +
            std::string(condition),
        parameters,
        {row.resource,
         row.label,
         owner,
         direction,
         row.is_in_user_cache,
         row.project,
         row.subject,
         row.session,
         row.assessor,
         row.item,
         row.item_type},
        [&] {
            row.owner = to_owner_kind(owner);
            row.direction = to_direction(direction);
            places.push_back(row);
        }
    );
    return places;
}

}  // namespace

std::optional<Place> find_place(const Visibility& visibility, Snapshot& snapshot, Key resource) {
    auto found = select_places(visibility, snapshot, "r.key = ?", {resource});
    if (found.empty()) return {};
    return std::move(found.front());
}

std::vector<Place> list_places(
    const Visibility& visibility, Snapshot& snapshot, Key after, std::size_t limit
) {
    return select_places(
        visibility,
        snapshot,
        "r.key > ? AND p.cache_of IS NULL ORDER BY r.key LIMIT ?",
        {after, limit}
    );
}

}  // namespace larmor::catalog
