// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "http/answer.hpp"

namespace larmor::api {

/// Reads a small urlencoded body (at most 1 MiB) and calls `finish` with its parameters. An empty
/// body is an empty form; any other kind of body gives unsupported, naming its type.
std::unique_ptr<http::Upload> read_form_body(
    const http::Request& request, std::function<http::Answer(const http::Query&)> finish
);

}  // namespace larmor::api
