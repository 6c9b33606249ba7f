// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace larmor::pack {

struct ZipName {
    std::string text;      // UTF-8, always
    bool is_sound = true;  // not: marked as UTF-8 and none, so taken as code page 437
};

/// The name in an entry of the central directory, whose beginning is `header`. Marked as UTF-8 it
/// is that; else what Info-ZIP's unicode extra field says; else UTF-8 when it is valid, since most
/// programs write that without the mark; else code page 437, which the format says.
ZipName decode_zip_name(std::string_view header, std::string_view name, std::string_view extra);

}  // namespace larmor::pack
