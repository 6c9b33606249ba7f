// SPDX-License-Identifier: Apache-2.0
// Cookies that were read and written again are read as the same.
#include "base/fuzzing.hpp"
#include "http/cookies.hpp"
#include "http/token.hpp"

namespace larmor {

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const auto cookies = http::parse_cookies(text_of(bytes, count));
    must_hold(cookies.size() <= 180, "the number of cookies is bounded");
    std::string text;
    for (const auto& cookie : cookies) {
        must_hold(http::is_token(cookie.name), "a name is a token");
        const bool ends =
            cookie.value.find_first_of(std::string_view(";\r\n\0", 4)) != std::string::npos;
        must_hold(!ends, "a value cannot end its pair or its line");
        text += cookie.name + "=\"" + cookie.value + "\"; ";
    }
    must_hold(http::parse_cookies(text) == cookies, "written and read they are the same");
    return 0;
}

}  // namespace larmor
