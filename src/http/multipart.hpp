// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace larmor::http {

struct PartHeader {
    std::string name;                      // of the form field
    std::optional<std::string> file_name;  // present for a file; a browser's path cut to its end
    std::string content_type;              // empty when not given
};

/// Is told of the parts as they come by, in order: begin, data*, end, begin, …
class PartReader {
public:
    virtual ~PartReader() = default;
    virtual void begin_part(const PartHeader& header) = 0;
    virtual void part_data(std::span<const std::byte> bytes) = 0;
    virtual void end_part() = 0;
};

/// A push parser of multipart/form-data (RFC 7578). Memory is bounded: a delimiter plus at most
/// 16 KiB of headers of one part. Throws invalid_argument for what is malformed, and too_large at
/// the part that is one more than 10,000.
class MultipartParser {
public:
    /// `boundary` as find_boundary() gives it; `reader` must outlive the parser.
    MultipartParser(const std::string& boundary, PartReader& reader);
    ~MultipartParser();
    void push(std::span<const std::byte> bytes);
    /// Throws invalid_argument when the closing delimiter has not come.
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The boundary of a Content-Type value; absent unless it is multipart/form-data with one.
std::optional<std::string> find_boundary(std::string_view content_type);

}  // namespace larmor::http
