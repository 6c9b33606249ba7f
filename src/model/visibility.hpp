// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "model/tree.hpp"

namespace larmor::model {

/// What a user may do with the data of one project.
struct Rights {
    bool read = false;
    bool create = false;
    bool edit = false;
    bool remove = false;
};

/// What one user may see and do: everything, or the rights in some projects. Made by `auth` for
/// each request and handed to every query of the catalog.
class Visibility {
public:
    static Visibility everything() { return Visibility(true, {}); }
    static Visibility of_projects(std::map<Key, Rights> rights) {
        return Visibility(false, std::move(rights));
    }

    bool sees_everything() const { return everything_; }
    /// Empty when everything is seen.
    const std::map<Key, Rights>& projects() const { return rights_; }
    Rights rights_in(Key project) const {
        if (everything_) return {.read = true, .create = true, .edit = true, .remove = true};
        const auto found = rights_.find(project);
        return found == rights_.end() ? Rights{} : found->second;
    }
    bool may_read(Key project) const { return rights_in(project).read; }

private:
    Visibility(bool everything, std::map<Key, Rights> rights)
        : everything_(everything), rights_(std::move(rights)) {}
    bool everything_;
    std::map<Key, Rights> rights_;
};

}  // namespace larmor::model
