// SPDX-License-Identifier: Apache-2.0
#include "archive/path_pattern.hpp"

#include "base/text.hpp"

namespace larmor::archive {

PathPattern::PathPattern(std::string text) : prefix_(std::move(text)) {
    if (prefix_.empty()) return;
    names_from_resource_ = true;
    if (prefix_.ends_with('*')) {
        kind_ = Kind::prefix;
        prefix_.pop_back();
    } else {
        kind_ = prefix_.ends_with('/') ? Kind::folder : Kind::one;
    }
}

PathPattern PathPattern::whole_resource() {
    PathPattern pattern;
    pattern.names_from_resource_ = true;
    return pattern;
}

bool PathPattern::matches(std::string_view path) const {
    switch (kind_) {
        case Kind::all: return true;
        case Kind::folder:
        case Kind::prefix: return path.starts_with(prefix_);
        case Kind::one: return path == prefix_;
    }
    return false;
}

PathPattern PathPattern::with_blanks() const {
    auto pattern = *this;
    pattern.prefix_ = replace_all(prefix_, "+", " ");
    return pattern;
}

std::string PathPattern::key() const {
    return std::string(1, static_cast<char>(kind_)) + (names_from_resource_ ? '1' : '0') + prefix_;
}

}  // namespace larmor::archive
