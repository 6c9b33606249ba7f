// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/log.hpp"

namespace larmor::http {
namespace {

namespace beast = boost::beast::http;

constexpr std::size_t head_space = 4 * 1024;
constexpr std::size_t body_space = 64 * 1024;
// The longest chunk header or trailer that is waited for.
constexpr std::size_t chunk_header_max = 64 * 1024;

/// ` HTTP/2.0`, as opposed to something that is no version at all.
bool names_a_version(std::string_view request_line) {
    if (request_line.size() < 9 || std::ranges::count(request_line, ' ') != 2) return false;
    const auto end = request_line.substr(request_line.size() - 9);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return end.starts_with(" HTTP/") && is_digit(end[6]) && end[7] == '.' && is_digit(end[8]);
}

Refusal describe(const boost::system::error_code& error) {
    if (error == beast::error::header_limit) return {431, "the request head is too large"};
    return {400, "malformed request: " + error.message()};
}

}  // namespace

struct RequestReader::State {
    std::string_view bytes() const { return {buffer.data() + begin, end - begin}; }
    void drop(std::size_t count) { begin += count; }

    Progress refuse(Refusal reason) {
        refusal = std::move(reason);
        return Progress::refused;
    }

    void forget_last_request();
    std::size_t put(std::string_view text, boost::system::error_code& error);
    Progress parse_head(std::size_t length);
    bool may_parse_body() const;

    std::vector<char> buffer;
    std::size_t begin = 0;
    std::size_t end = 0;
    HeadScan scan;
    std::optional<beast::request_parser<beast::buffer_body>> parser;
    RequestHead head;
    Framing framing;
    Refusal refusal;
    bool in_body = false;
    bool has_begun_body = false;
};

RequestReader::RequestReader() : state_(std::make_unique<State>()) {}

RequestReader::~RequestReader() = default;

std::span<char> RequestReader::space() {
    auto& s = *state_;
    if (s.begin > 0) {
        std::copy(
            s.buffer.begin() + static_cast<std::ptrdiff_t>(s.begin),
            s.buffer.begin() + static_cast<std::ptrdiff_t>(s.end),
            s.buffer.begin()
        );
        s.end -= s.begin;
        s.begin = 0;
    }
    const auto least = s.in_body ? body_space : head_space;
    if (s.buffer.size() < s.end + least) s.buffer.resize(s.end + least);
    return std::span(s.buffer).subspan(s.end);
}

void RequestReader::received(std::size_t count) {
    state_->end += count;
}

bool RequestReader::has_bytes() const {
    return state_->end > state_->begin;
}

void RequestReader::State::forget_last_request() {
    in_body = has_begun_body = false;
    parser.reset();
    scan = {};
    head = {};
    framing = {};
    if (begin == end) {
        // An idle connection holds no more than its next small request needs.
        begin = end = 0;
        if (buffer.size() > 2 * head_space) buffer = {};
    }
}

RequestReader::Progress RequestReader::read_head() {
    auto& s = *state_;
    if (s.parser) s.forget_last_request();
    // Some clients send an empty line after a body (RFC 9112 §2.2).
    while (s.bytes().starts_with("\r\n"))
        s.drop(2);
    if (s.bytes() == "\r") return Progress::needs_more;
    auto found = s.scan.look(s.bytes());
    if (auto* refusal = std::get_if<Refusal>(&found)) return s.refuse(std::move(*refusal));
    const auto length = std::get<0>(found);
    return length ? s.parse_head(*length) : Progress::needs_more;
}

/// An assertion of Beast's that a client could reach is a refusal like others, but we want to hear
/// of it. The parser is not used again.
std::size_t RequestReader::State::put(std::string_view text, boost::system::error_code& error) {
    try {
        return parser->put({text.data(), text.size()}, error);
    } catch (const std::logic_error& failure) {
        log(LogLevel::error, "a request cannot be parsed", {{"reason", failure.what()}});
        error = beast::error::bad_value;
        return text.size();
    }
}

RequestReader::Progress RequestReader::State::parse_head(std::size_t length) {
    parser.emplace();
    parser->body_limit(boost::none);
    parser->header_limit(HeadScan::bytes_max);
    boost::system::error_code error;
    put(bytes().substr(0, length), error);
    const bool unknown_version = error == beast::error::bad_version &&
                                 names_a_version(bytes().substr(0, bytes().find('\r')));
    drop(length);
    const auto& message = parser->get();
    head.method = message.method_string();
    head.target = message.target();
    head.version = message.version() == 10 ? HttpVersion::http_1_0 : HttpVersion::http_1_1;
    for (const auto& field : message)
        head.headers.add(field.name_string(), field.value());
    if (unknown_version) return refuse({505, "only HTTP/1.0 and HTTP/1.1 are spoken here"});
    if (error) return refuse(describe(error));
    auto judged = judge_head(head);
    if (auto* reason = std::get_if<Refusal>(&judged)) return refuse(std::move(*reason));
    framing = std::get<Framing>(judged);
    in_body = framing.has_body();
    return Progress::complete;
}

const RequestHead& RequestReader::head() const {
    return state_->head;
}

const Framing& RequestReader::framing() const {
    return state_->framing;
}

const Refusal& RequestReader::refusal() const {
    return state_->refusal;
}

/// Beast 1.81 fails an assertion, which ends the process, when the first chunk is the last one and
/// it is given `0\r\n` and then a single byte more. No body has less than the five bytes of that
/// chunk, so waiting for them keeps nothing back for good.
bool RequestReader::State::may_parse_body() const {
    constexpr std::string_view last_chunk = "0\r\n\r\n";
    if (begin == end) return false;
    const bool at_first_chunk = framing.chunked && !has_begun_body;
    return !at_first_chunk || bytes().size() >= last_chunk.size() || !bytes().starts_with('0');
}

RequestReader::BodyRead RequestReader::read_body(std::span<std::byte> room) {
    auto& s = *state_;
    auto& body = s.parser->get().body();
    body.data = room.data();
    body.size = room.size();
    BodyRead read;
    while (!s.parser->is_done() && s.may_parse_body() && body.size > 0) {
        boost::system::error_code error;
        const auto used = s.put(s.bytes(), error);
        s.drop(used);
        s.has_begun_body |= used > 0;
        read.count = room.size() - body.size;
        if (error == beast::error::need_buffer) break;
        if (error == beast::error::need_more && s.bytes().size() <= chunk_header_max) break;
        if (error == beast::error::need_more) {
            error = beast::error::bad_chunk;
        }
        if (error) {
            read.progress = s.refuse(describe(error));
            return read;
        }
    }
    if (is_body_complete()) read.progress = Progress::complete;
    return read;
}

bool RequestReader::is_body_complete() const {
    return !state_->in_body || state_->parser->is_done();
}

}  // namespace larmor::http
