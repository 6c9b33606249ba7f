// SPDX-License-Identifier: Apache-2.0
#include "catalog/resources.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/removal.hpp"
#include "catalog/visible.hpp"
#include "catalog/words.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

void append_resources(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters,
    std::vector<model::Resource>& resources
) {
    model::Resource row;
    std::string_view owner_kind;
    std::string_view direction;
    snapshot.connection().for_each(
        "SELECT key, project, owner_kind, owner, direction, label, format, content, description, "
        "tags, file_count, file_size, revision FROM resource WHERE " +
            condition + " AND " + visible(visibility, "project"),
        parameters,
        {row.key,
         row.project,
         owner_kind,
         row.owner.key,
         direction,
         row.label,
         row.format,
         row.content,
         row.description,
         row.tags,
         row.file_count,
         row.file_size,
         row.revision},
        [&] {
            row.owner.kind = to_owner_kind(owner_kind);
            row.direction = to_direction(direction);
            resources.push_back(row);
        }
    );
}

std::optional<model::Resource> find_one(
    const Visibility& visibility,
    Snapshot& snapshot,
    const std::string& condition,
    const sql::Parameters& parameters
) {
    std::vector<model::Resource> found;
    append_resources(visibility, snapshot, condition, parameters, found);
    if (found.empty()) return {};
    return std::move(found.front());
}

void sort_by_owner(
    std::vector<model::Resource>& resources, const std::vector<model::Owner>& owners
) {
    std::map<model::Owner, std::size_t> place;
    for (const auto& owner : owners)
        place.emplace(owner, place.size());
    // Looked up once for each, not for each comparison.
    std::vector<std::pair<std::size_t, std::size_t>> order;
    order.reserve(resources.size());
    for (const auto& resource : resources)
        order.emplace_back(place.at(resource.owner), order.size());
    std::sort(order.begin(), order.end(), [&](const auto& x, const auto& y) {
        if (x.first != y.first) return x.first < y.first;
        const auto& a = resources[x.second];
        const auto& b = resources[y.second];
        const auto order_of_labels = natural_compare(a.label, b.label);
        return order_of_labels != 0 ? order_of_labels < 0 : a.direction < b.direction;
    });
    std::vector<model::Resource> sorted;
    sorted.reserve(resources.size());
    for (const auto& one : order)
        sorted.push_back(std::move(resources[one.second]));
    resources = std::move(sorted);
}

void require_free(Change& change, const model::Resource& resource) {
    std::int64_t other = 0;
    if (change.connection().read_row(
            "SELECT key FROM resource WHERE owner_kind = ? AND owner = ? AND direction = ? "
            "AND label = ?",
            {to_word(resource.owner.kind),
             resource.owner.key,
             to_word(resource.direction),
             resource.label},
            {other}
        )) {
        throw Error(ErrorKind::conflict, "there is a resource '" + resource.label + "' already");
    }
}

}  // namespace

std::vector<model::Resource> list_resources(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<model::Owner>& owners
) {
    std::map<model::OwnerKind, std::vector<Key>> keys_of;
    for (const auto& owner : owners)
        keys_of[owner.kind].push_back(owner.key);
    std::vector<model::Resource> resources;
    for (auto& [kind, keys] : keys_of) {
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        in_chunks(keys, [&, kind = kind](const std::vector<Key>& chunk) {
            const auto condition = "owner_kind = ? AND " + is_one_of("owner", chunk);
            append_resources(visibility, snapshot, condition, {to_word(kind)}, resources);
        });
    }
    sort_by_owner(resources, owners);
    return resources;
}

std::optional<model::Resource> find_resource(
    const Visibility& visibility, Snapshot& snapshot, Key resource
) {
    return find_one(visibility, snapshot, "key = ?", {resource});
}

std::optional<model::Resource> find_labelled_resource(
    const Visibility& visibility,
    Snapshot& snapshot,
    const model::Owner& owner,
    model::Direction direction,
    const std::string& label
) {
    return find_one(
        visibility,
        snapshot,
        "owner_kind = ? AND owner = ? AND direction = ? AND label = ?",
        {to_word(owner.kind), owner.key, to_word(direction), label}
    );
}

model::Resource create_resource(
    const Visibility& visibility, Change& change, const model::Resource& resource
) {
    auto created = resource;
    created.project =
        get_project_of(visibility, change, to_word(resource.owner.kind), resource.owner.key);
    created.file_count = 0;
    created.file_size = 0;
    created.revision = 1;
    require_free(change, resource);
    change.connection().read_row(
        "INSERT INTO resource (project, owner_kind, owner, direction, label, format, content, "
        "description, tags, file_count, file_size, revision) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 1) RETURNING key",
        {created.project,
         to_word(created.owner.kind),
         created.owner.key,
         to_word(created.direction),
         created.label,
         created.format,
         created.content,
         created.description,
         created.tags},
        {created.key}
    );
    return created;
}

void replace_resource(
    const Visibility& visibility, Change& change, const model::Resource& resource
) {
    get_project_of(visibility, change, "resource", resource.key);
    change.connection().execute(
        "UPDATE resource SET format = ?, content = ?, description = ?, tags = ? WHERE key = ?",
        {resource.format, resource.content, resource.description, resource.tags, resource.key}
    );
}

void remove_resource(const Visibility& visibility, Change& change, Key resource) {
    get_project_of(visibility, change, "resource", resource);
    delete_resources(change, std::to_string(resource));
}

}  // namespace larmor::catalog
