// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_names.hpp"

#include "base/text.hpp"
#include "pack/archive_blocks.hpp"

namespace larmor::pack {

void check_member_name(std::string_view name) {
    if (!is_valid_utf8(name)) {
        throw bad_archive("the name of a member (in hex) '" + to_hex(name) + "' is not UTF-8");
    }
    if (name.find('\0') != std::string_view::npos) {
        const auto until = name.substr(0, name.find('\0'));
        throw bad_archive(
            "the name of a member that begins with '" + std::string(until) + "' holds a NUL"
        );
    }
}

}  // namespace larmor::pack
