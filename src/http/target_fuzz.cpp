// SPDX-License-Identifier: Apache-2.0
// What a target was decoded to and encoded again is decoded to the same.
#include "base/error.hpp"
#include "base/fuzzing.hpp"
#include "base/text.hpp"
#include "http/request.hpp"

namespace larmor {
namespace {

void check_segment(const std::string& segment) {
    must_hold(!segment.empty(), "no segment is empty");
    must_hold(is_valid_utf8(segment), "a segment is valid UTF-8");
    must_hold(segment.find('\0') == std::string::npos, "a segment has no NUL");
    for (const auto piece : split(segment, '/'))
        must_hold(piece != "." && piece != "..", "no segment climbs");
}

std::string encode(const http::Target& target) {
    std::string text;
    for (const auto& segment : target.segments)
        text += '/' + percent_encode(segment);
    if (target.ends_with_slash || text.empty()) text += '/';
    text += '?';
    for (const auto& parameter : target.query.all()) {
        text += percent_encode(parameter.name);
        if (parameter.value) text += '=' + percent_encode(*parameter.value);
        text += '&';
    }
    return text;
}

void check_again(const http::Target& target, const http::Target& again) {
    must_hold(again.segments == target.segments, "the segments are the same");
    const auto &before = target.query.all(), &after = again.query.all();
    must_hold(after.size() == before.size(), "there are as many parameters");
    for (std::size_t i = 0; i < before.size(); ++i) {
        must_hold(after[i].name == before[i].name, "a parameter has the same name");
        must_hold(after[i].value == before[i].value, "a parameter has the same value");
        must_hold(before[i].name.find('\0') == std::string::npos, "a name has no NUL");
        must_hold(before[i].value.value_or("").find('\0') == std::string::npos, "nor has a value");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const auto text = text_of(bytes, count);
    http::Target target;
    try {
        target = http::parse_target(text, "host");
    } catch (const Error& error) {
        const auto kind = error.kind();
        must_hold(kind == ErrorKind::invalid_argument || kind == ErrorKind::too_large, "refused");
        return 0;
    }
    must_hold(target.text == text, "the text is kept as it came");
    for (const auto& segment : target.segments)
        check_segment(segment);
    const auto encoded = encode(target);
    if (encoded.size() <= 32 * 1024) check_again(target, http::parse_target(encoded, "host"));
    return 0;
}

}  // namespace larmor
