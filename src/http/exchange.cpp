// SPDX-License-Identifier: Apache-2.0
#include "http/exchange.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "http/request_log.hpp"

namespace larmor::http {
namespace {

Answer text_answer(unsigned status, const std::string& message) {
    Answer answer;
    answer.status = status;
    answer.body = message + '\n';
    return answer;
}

}  // namespace

std::string reason_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "unknown error";
    }
}

void Exchange::begin(const RequestReader& reader, HeadArrival arrival) {
    if (arrival == HeadArrival::refused || arrival == HeadArrival::complete) {
        read_head(reader.head(), reader.framing());
    }
    if (arrival == HeadArrival::refused) refuse(reader.refusal());
    if (arrival == HeadArrival::too_slow) {
        refuse({408, "the request head did not arrive in time"});
    }
}

void Exchange::read_head(const RequestHead& head, const Framing& framing_) {
    version = head.version;
    framing = framing_;
    request.is_head = head.method == "HEAD";
    request.method = request.is_head ? "GET" : head.method;
    request.headers = head.headers;
    request.has_body = framing.has_body();
    request.content_length = framing.content_length;
    if (!framing.chunked && !request.content_length) request.content_length = 0;
    request.target.text = head.target;
    // The one request that is about the server and names no path.
    if (request.method == "OPTIONS" && head.target == "*") return;
    try {
        const auto host = head.headers.find("Host").value_or("");
        request.target = parse_target(head.target, host, request.scheme);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::too_large) return refuse({414, error.what()});
        unreadable_target_ = std::current_exception();
        refused = true;
    }
}

void Exchange::admit(Admission admission) {
    if (admission == Admission::welcome) return;
    const std::string message(refusal_message(admission));
    if (admission == Admission::unencrypted) return refuse({400, message});
    Headers headers;
    headers.add("Retry-After", "2");
    refuse({503, message}, std::move(headers));
}

void Exchange::refuse(const Refusal& refusal, Headers headers) {
    auto answer = text_answer(refusal.status, refusal.message);
    answer.headers = std::move(headers);
    outgoing = prepare_answer(request, version, std::move(answer));
    refused = true;
}

std::size_t Exchange::end_head(Afterwards afterwards) {
    auto& head = outgoing->head;
    if (afterwards == Afterwards::close) {
        head += "Connection: close\r\n";
    } else if (version == HttpVersion::http_1_0) {
        head += "Connection: keep-alive\r\n";
    }
    head += "\r\n";
    const auto length = head.size();
    outgoing->first.segments.emplace_front(std::move(head));
    return length;
}

void Exchange::conclude(Ending ending, std::string_view failure) {
    switch (ending) {
        case Ending::complete: end = "complete"; break;
        case Ending::client_gone: end = "client gone"; break;
        case Ending::stalled: end = "client stalled"; break;
        case Ending::failed:
            end = "source failed";
            larmor::log(
                LogLevel::error,
                "an answer was cut off",
                {{"id", request.id}, {"reason", std::string(failure)}}
            );
    }
}

void Exchange::log(std::chrono::steady_clock::duration duration) const {
    RequestRecord record{request};
    record.user = outgoing && !outgoing->user.empty() ? outgoing->user : uploader;
    record.status = status;
    record.body_bytes = body_bytes;
    record.duration = duration;
    record.end = end;
    log_request(record);
}

void Exchange::handle(Application& application) noexcept {
    try {
        if (unreadable_target_) std::rethrow_exception(unreadable_target_);
        auto reply = application.handle(request);
        if (auto* answer = std::get_if<Answer>(&reply)) {
            outgoing = prepare_answer(request, version, std::move(*answer));
        } else {
            upload = std::move(std::get<std::unique_ptr<Upload>>(reply));
            uploader = upload->user();
        }
    } catch (...) {
        answer_error(application, std::current_exception());
    }
}

void Exchange::push(
    Application& application, std::span<const std::byte> bytes, bool is_last
) noexcept {
    try {
        if (!bytes.empty()) upload->push(bytes);
        if (!is_last) return;
        auto answer = upload->finish();
        upload.reset();
        outgoing = prepare_answer(request, version, std::move(answer));
    } catch (...) {
        upload.reset();
        answer_error(application, std::current_exception());
    }
}

void Exchange::answer_error(Application& application, const std::exception_ptr& error) {
    try {
        auto answer = application.answer_error(request, error);
        outgoing = prepare_answer(request, version, std::move(answer));
    } catch (...) {
        larmor::log(
            LogLevel::error,
            "an error could not be answered as the application wished",
            {{"id", request.id}, {"reason", reason_of(std::current_exception())}}
        );
        outgoing = prepare_answer(request, version, text_answer(500, "internal error"));
    }
}

}  // namespace larmor::http
