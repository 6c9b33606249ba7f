// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "http/answer.hpp"
#include "http/read_ahead.hpp"
#include "http/request.hpp"

namespace larmor::http {

enum class HttpVersion { http_1_0, http_1_1 };

/// An answer made ready to be sent: conditions, ranges and HEAD are settled.
struct Outgoing {
    enum class Lane { disk, application };  // where `rest` blocks

    unsigned status = 0;
    std::string user;
    std::string head;  // the Connection header and the empty line are still to come
    Batch first;
    std::unique_ptr<ReadAhead> rest;  // none when `first` is all
    Lane lane = Lane::disk;
    bool ends_by_closing = false;  // neither a length nor chunks say where it ends
};

/// May block: the first bytes are read here, so that what fails at once can still be answered by
/// an error. Throws what the body throws.
Outgoing prepare_answer(const Request& request, HttpVersion version, Answer answer);

}  // namespace larmor::http
