// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "model/tree.hpp"

namespace larmor::model {

struct User {
    Key key = 0;
    std::string name;  // what is typed at sign-in
    std::string password_hash;
    bool is_administrator = false;
    bool is_enabled = true;
    std::int64_t revision = 0;  // changes whenever any of the above does
};

}  // namespace larmor::model
