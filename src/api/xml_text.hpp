// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace larmor::api {

/// What XML 1.0 cannot hold (control bytes, U+FFFE, U+FFFF) becomes U+FFFD, since no reader takes
/// it. `text` is valid UTF-8.
std::string xml_text(std::string_view text);

/// The same, as element content or attribute value: `&`, `<`, `>` and `"` escaped.
std::string escape_xml(std::string_view text);

}  // namespace larmor::api
