// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "http/request.hpp"

namespace larmor::http {

/// What identifies the bytes that a GET would return now.
struct Validators {
    std::string etag;  // strong, in quotes
    std::optional<UnixMillis> last_modified;
};

enum class Verdict { proceed, not_modified, precondition_failed };

/// If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since of a GET, in the order of
/// RFC 9110 §13.2.2. A date that cannot be read is as if it were not there.
Verdict judge_conditions(const Headers& headers, const Validators& current);

/// Whether a Range may be honoured: without If-Range always, else only on a strong match.
bool allows_range(const Headers& headers, const Validators& current);

/// All values of a list-valued header, joined by commas; absent when there is none.
std::optional<std::string> join_values(const Headers& headers, std::string_view name);

}  // namespace larmor::http
