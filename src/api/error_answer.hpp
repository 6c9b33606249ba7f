// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http/answer.hpp"

namespace larmor::api {

/// What a client is told of a failure: a line of text, or `{"status":404,"message":"…"}` for one
/// that prefers JSON. Never HTML, which clients of XNAT take apart.
http::Answer error_answer(
    const http::Request& request, unsigned status, const std::string& message
);

}  // namespace larmor::api
