// SPDX-License-Identifier: Apache-2.0
#include "http/multipart.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/part_header.hpp"

namespace larmor::http {
namespace {

constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::size_t padding_max = 256;
constexpr std::size_t parts_max = 10'000;
constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::invalid_argument, "multipart body: " + why);
}

/// How many of the last bytes of `text` could be the beginning of `pattern`.
std::size_t beginning_at_end(std::string_view text, std::string_view pattern) {
    for (auto count = std::min(text.size(), pattern.size() - 1); count > 0; --count) {
        if (text.ends_with(pattern.substr(0, count))) return count;
    }
    return 0;
}

}  // namespace

struct MultipartParser::State {
    enum class Stage { preamble, delimiter, headers, blank_line, data, epilogue };

    State(std::string_view boundary, PartReader& reader_)
        : delimiter("\r\n--" + std::string(boundary)), reader(reader_) {}

    void consume();
    /// Each looks at the front of `rest` and cuts off what it has understood; false when it must
    /// see more bytes first.
    bool step();
    bool skip_preamble();
    bool read_delimiter_end();
    bool read_header_line();
    bool read_blank_line();
    bool read_data();
    void hand_out(std::size_t count);
    void count_part();

    std::string delimiter;
    PartReader& reader;
    Stage stage = Stage::preamble;
    // The first delimiter needs no line end before it; one put in front makes it like the others.
    std::string buffer = "\r\n";
    std::string_view rest;
    std::vector<std::string> header_lines;
    std::size_t header_bytes = 0;
    std::size_t parts = 0;
};

void MultipartParser::State::consume() {
    rest = buffer;
    while (step()) {
    }
    buffer.erase(0, buffer.size() - rest.size());
}

bool MultipartParser::State::step() {
    switch (stage) {
        case Stage::preamble: return skip_preamble();
        case Stage::delimiter: return read_delimiter_end();
        case Stage::headers: return read_header_line();
        case Stage::blank_line: return read_blank_line();
        case Stage::data: return read_data();
        case Stage::epilogue: rest = {}; return false;
    }
    return false;
}

bool MultipartParser::State::skip_preamble() {
    const auto found = rest.find(delimiter);
    if (found == std::string_view::npos) {
        rest = rest.substr(rest.size() - beginning_at_end(rest, delimiter));
        return false;
    }
    rest.remove_prefix(found + delimiter.size());
    stage = Stage::delimiter;
    return true;
}

bool MultipartParser::State::read_delimiter_end() {
    if (rest.size() < 2) return false;
    if (rest.starts_with("--")) {
        stage = Stage::epilogue;
        return true;
    }
    const auto end = rest.find_first_not_of(" \t");
    if (std::min(end, rest.size()) > padding_max) refuse("endless blanks after a delimiter");
    if (end == std::string_view::npos || end + 2 > rest.size()) return false;
    if (rest.substr(end, 2) != "\r\n") refuse("the delimiter also occurs inside a line");
    rest.remove_prefix(end + 2);
    stage = Stage::headers;
    header_lines.clear();
    header_bytes = 0;
    return true;
}

bool MultipartParser::State::read_header_line() {
    const auto end = rest.find("\r\n");
    const auto seen = header_bytes + std::min(end, rest.size());
    if (seen > header_bytes_max) refuse("the headers of a part are too long");
    if (end == std::string_view::npos) return false;
    if (end > 0) {
        header_lines.emplace_back(rest.substr(0, end));
        header_bytes = seen;
        rest.remove_prefix(end + 2);
        return true;
    }
    stage = Stage::blank_line;
    return true;
}

/// The blank line after the headers, which may be the first line end of the next delimiter when
/// the part has no body at all.
bool MultipartParser::State::read_blank_line() {
    if (rest.size() < delimiter.size() && delimiter.starts_with(rest)) return false;
    if (!rest.starts_with(delimiter)) rest.remove_prefix(2);
    count_part();
    reader.begin_part(parse_part_header(header_lines));
    stage = Stage::data;
    return true;
}

bool MultipartParser::State::read_data() {
    const auto found = rest.find(delimiter);
    if (found == std::string_view::npos) {
        hand_out(rest.size() - beginning_at_end(rest, delimiter));
        return false;
    }
    hand_out(found);
    rest.remove_prefix(delimiter.size());
    reader.end_part();
    stage = Stage::delimiter;
    return true;
}

void MultipartParser::State::count_part() {
    if (++parts <= parts_max) return;
    throw Error(
        ErrorKind::too_large, "multipart body: more than " + std::to_string(parts_max) + " parts"
    );
}

void MultipartParser::State::hand_out(std::size_t count) {
    if (count == 0) return;
    reader.part_data(std::as_bytes(std::span(rest.data(), count)));
    rest.remove_prefix(count);
}

MultipartParser::MultipartParser(const std::string& boundary, PartReader& reader)
    : state_(std::make_unique<State>(boundary, reader)) {}

MultipartParser::~MultipartParser() = default;

void MultipartParser::push(std::span<const std::byte> bytes) {
    state_->buffer.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    state_->consume();
}

void MultipartParser::finish() {
    if (state_->stage != State::Stage::epilogue) refuse("it ends before the closing delimiter");
}

std::optional<std::string> find_boundary(std::string_view content_type) try {
    const auto parsed = parse_parameterized(content_type);
    if (!equals_ignoring_case(parsed.value, "multipart/form-data")) return {};
    const auto* boundary = parsed.find("boundary");
    if (boundary == nullptr || boundary->empty()) return {};
    const bool sendable =
        std::ranges::all_of(*boundary, [](char c) { return c >= 0x20 && c < 0x7F; });
    if (boundary->size() > boundary_bytes_max || !sendable || boundary->back() == ' ') return {};
    return *boundary;
} catch (const Error&) {
    return {};
}

}  // namespace larmor::http
