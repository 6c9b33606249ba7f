// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace larmor::http {

/// What is told of a request when it is over, whichever way it ended.
struct RequestRecord {
    const Request& request;
    std::string_view user = {};
    unsigned status = 0;  // 499 when the client left before there was an answer
    std::uint64_t body_bytes = 0;
    std::chrono::steady_clock::duration duration{};
    std::string_view end = {};  // "complete", or what broke it off
};

void log_request(const RequestRecord& record);

/// The target as it may stand in a log: bounded in length, and without the values of parameters
/// that are named like a secret.
std::string loggable_target(std::string_view target);

}  // namespace larmor::http
