// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace larmor::http {

/// `Not Found`; `Unknown` for a status that has no name here.
std::string_view status_phrase(unsigned status);

/// The text with blanks for control bytes, so that it cannot end the line it stands in.
std::string header_value(std::string_view text);

/// Status line and header fields, begun with those that every answer has: Date, Server, and
/// `X-Content-Type-Options: nosniff`. A field whose name is not a token is left out.
class AnswerHead {
public:
    explicit AnswerHead(unsigned status);

    void add(std::string_view name, std::string_view value);
    /// Without the empty line that ends it.
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace larmor::http
