// SPDX-License-Identifier: Apache-2.0
#include "http/conditions.hpp"

#include "base/text.hpp"

namespace larmor::http {
namespace {

enum class Comparison { strong, weak };

/// The entity tag at the front of a list, cut off together with what separates it from the next;
/// absent when the list is over or malformed.
std::optional<std::string_view> take_tag(std::string_view& list) {
    const auto start = list.find_first_not_of(" \t,");
    if (start == std::string_view::npos) return {};
    list.remove_prefix(start);
    const std::size_t open = list.starts_with("W/") ? 2 : 0;
    if (open >= list.size() || list[open] != '"') return {};
    const auto close = list.find('"', open + 1);
    if (close == std::string_view::npos) return {};
    const auto tag = list.substr(0, close + 1);
    list.remove_prefix(close + 1);
    return tag;
}

bool matches(std::string_view list, std::string_view etag, Comparison comparison) {
    if (trim(list) == "*") return true;
    while (auto tag = take_tag(list)) {
        if (comparison == Comparison::weak && tag->starts_with("W/")) tag->remove_prefix(2);
        if (*tag == etag) return true;
    }
    return false;
}

/// The moment in a header; absent when there is none or it is no date.
std::optional<UnixMillis> find_date(const Headers& headers, std::string_view name) {
    const auto text = headers.find(name);
    if (!text) return {};
    return parse_http_date(*text);
}

/// HTTP dates have no fractions of a second.
UnixMillis whole_seconds(UnixMillis time) {
    return time - (time % 1000 + 1000) % 1000;
}

bool modified_after(const Validators& current, UnixMillis time) {
    return whole_seconds(*current.last_modified) > time;
}

}  // namespace

Verdict judge_conditions(const Headers& headers, const Validators& current) {
    if (const auto tags = join_values(headers, "If-Match")) {
        if (!matches(*tags, current.etag, Comparison::strong)) return Verdict::precondition_failed;
    } else if (const auto date = find_date(headers, "If-Unmodified-Since");
               date && current.last_modified && modified_after(current, *date)) {
        return Verdict::precondition_failed;
    }
    if (const auto tags = join_values(headers, "If-None-Match")) {
        if (matches(*tags, current.etag, Comparison::weak)) return Verdict::not_modified;
    } else if (const auto date = find_date(headers, "If-Modified-Since");
               date && current.last_modified && !modified_after(current, *date)) {
        return Verdict::not_modified;
    }
    return Verdict::proceed;
}

bool allows_range(const Headers& headers, const Validators& current) {
    const auto condition = headers.find("If-Range");
    if (!condition) return true;
    // A date tells no two versions of one second apart, and whoever has one has the ETag too.
    return trim(*condition) == current.etag;
}

std::optional<std::string> join_values(const Headers& headers, std::string_view name) {
    std::optional<std::string> joined;
    for (const auto& header : headers.all()) {
        if (!equals_ignoring_case(header.name, name)) continue;
        joined = joined ? *joined + ", " + header.value : header.value;
    }
    return joined;
}

}  // namespace larmor::http
