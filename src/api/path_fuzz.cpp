// SPDX-License-Identifier: Apache-2.0
// A path means the same below all four prefixes, and the items of a selector, written out again,
// are the same items.
#include <tuple>

#include "api/path.hpp"
#include "base/error.hpp"
#include "base/fuzzing.hpp"
#include "base/text.hpp"
#include "model/names.hpp"

namespace larmor {
namespace {

std::optional<api::Path> parse(const std::string& text) try {
    return api::parse_path(http::parse_target(text, "host"));
} catch (const Error&) {
    return {};
}

auto parts_of(const api::Path& path) {
    const auto& selector = path.selector;
    return std::tie(
        path.place,
        path.file,
        selector.project,
        selector.subject,
        selector.experiment,
        selector.items,
        selector.item,
        selector.direction,
        selector.resource
    );
}

void check_same(const std::optional<api::Path>& a, const std::optional<api::Path>& b) {
    must_hold(a.has_value() == b.has_value(), "it is there below every prefix");
    if (a) must_hold(parts_of(*a) == parts_of(*b), "it is the same below every prefix");
}

bool is_a_files(const std::string& path) try {
    model::check_file_path(path);
    return true;
} catch (const Error&) {
    return false;
}

void check_items(const std::string& text) {
    const archive::ItemMatcher matcher(text);
    std::vector<std::string> written;
    for (const auto& item : matcher.items()) {
        must_hold(!item.empty(), "no item is empty");
        must_hold(matcher.matches(item, "a type"), "an item matches the id it names");
        must_hold(matcher.matches("an id", item), "an item matches the type it names");
        written.push_back(replace_all(replace_all(item, "/", "[SLASH]"), ",", "[COMMA]"));
    }
    const archive::ItemMatcher again(join(written, ","));
    if (!again.takes_all()) must_hold(again.items() == matcher.items(), "the same items");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const std::string tail(text_of(bytes, count));
    const auto path = parse("/data/archive/" + tail);
    check_same(path, parse("/REST/archive/" + tail));
    if (!path) return 0;
    check_same(path, parse("/data/" + tail));
    check_same(path, parse("/REST/" + tail));
    check_items(path->selector.item);
    if (path->place == api::Place::file) {
        must_hold(path->file.find('\0') == std::string::npos, "a file's path has no NUL");
        // As `%2F` leaves it, which names no file.
        const bool is_absolute = path->file.starts_with('/');
        must_hold(!is_absolute || !is_a_files(path->file), "a file's path is relative");
    }
    return 0;
}

}  // namespace larmor
