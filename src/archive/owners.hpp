// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "archive/resolve.hpp"
#include "archive/select.hpp"

namespace larmor::archive {

/// Where an owner stands: with its session, or in front of one.
struct Place {
    std::size_t session = 0;
    enum class Part { in_front, session } part = Part::in_front;
    auto operator<=>(const Place&) const = default;
};

/// The owners whose resources are wanted, each with the part of its SelectedResource that does
/// not depend on the resource.
class Owners {
public:
    void add(model::Owner owner, SelectedResource about, Place place);
    /// Sorts them by place, those of one place as they were added, and makes them known.
    void arrange();
    std::vector<model::Owner> order() const;
    /// Of an owner that is known.
    const SelectedResource& about(model::Owner owner) const;
    SelectedResource describe(model::Resource resource) const;

private:
    struct One {
        model::Owner owner;
        Place place;
        SelectedResource about;
    };
    std::vector<One> all_;
    std::map<model::Owner, std::size_t> index_;
};

/// The owners that a selector means, in the order of a Selection. Brings what it finds below the
/// sessions of the scope, or of a whole subject or project, into the scope.
Owners find_owners(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selector& selector,
    Depth depth,
    Scope& scope
);

/// The label, or the id of an experiment without one.
std::string root_of(const model::Experiment& experiment);
/// The id, or a word for a user's cache.
std::string root_of(const model::Project& project);

}  // namespace larmor::archive
