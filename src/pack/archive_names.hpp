// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Names in archives, as bytes of an encoding that the archive may or may not tell.
namespace larmor::pack {

/// Throws invalid_argument unless the name is UTF-8 without NUL.
void check_member_name(std::string_view name);

/// The name of a zip member that is not marked as UTF-8: taken as UTF-8 when it is valid, since
/// most programs write that without the mark; else as code page 437, which the format says.
std::string decode_unmarked_name(std::string_view name);

}  // namespace larmor::pack
