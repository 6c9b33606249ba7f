// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/admissions.hpp"
#include "http/outgoing.hpp"
#include "http/request_reader.hpp"

namespace larmor::http {

std::string reason_of(const std::exception_ptr& error);

/// How far the head of a request has come.
enum class HeadArrival { complete, refused, none, client_gone, too_slow };

/// Of an answer.
enum class Ending { complete, client_gone, stalled, failed };

/// One request and what becomes of it.
struct Exchange {
    enum class Afterwards { keep_alive, close };

    Request request;
    HttpVersion version = HttpVersion::http_1_1;
    Framing framing;
    std::unique_ptr<Upload> upload;    // wants the body
    std::optional<Outgoing> outgoing;  // the answer

    // For the log.
    unsigned status = 499;  // the client left before there was an answer
    std::uint64_t body_bytes = 0;
    std::string_view end = "client gone";
    std::string uploader;  // who signed in for the upload

    bool refused = false;  // not read to its end, so that nothing can follow it

    /// Takes over the head; the answer is there afterwards when the request is refused.
    void begin(const RequestReader& reader, HeadArrival arrival);
    /// The answer is there afterwards unless the connection is welcome.
    void admit(Admission admission);
    void refuse(const Refusal& refusal, Headers headers = {});
    /// Completes the head of the answer and moves it before the body; gives its length.
    std::size_t end_head(Afterwards afterwards);
    /// `failure` is why the body could not be had, for the log.
    void conclude(Ending ending, std::string_view failure);
    void log(std::chrono::steady_clock::duration duration) const;

    // These three block and never throw: they are for a worker.
    void handle(Application& application) noexcept;
    /// The last bytes may be none.
    void push(Application& application, std::span<const std::byte> bytes, bool is_last) noexcept;
    void abandon_upload() noexcept { upload.reset(); }

private:
    void read_head(const RequestHead& head, const Framing& framing_);
    void answer_error(Application& application, const std::exception_ptr& error);

    std::exception_ptr unreadable_target_;  // for the application to answer in the client's format
};

}  // namespace larmor::http
