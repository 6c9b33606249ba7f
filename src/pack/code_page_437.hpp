// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace larmor::pack {

/// Text of the first PCs, in which a zip holds names that it does not mark as UTF-8, as UTF-8.
std::string from_code_page_437(std::string_view text);

}  // namespace larmor::pack
