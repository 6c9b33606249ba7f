// SPDX-License-Identifier: Apache-2.0
#include "api/form_body.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::api {
namespace {

constexpr std::size_t body_bytes_max = 1 << 20;

class FormBody : public http::Upload {
public:
    FormBody(std::string content_type, std::function<http::Answer(const http::Query&)> finish)
        : content_type_(std::move(content_type)), finish_(std::move(finish)) {}

    void push(std::span<const std::byte> bytes) override {
        if (text_.size() + bytes.size() > body_bytes_max) {
            throw Error(ErrorKind::too_large, "a form of more than 1 MiB is not read");
        }
        text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    http::Answer finish() override {
        if (trim(text_).empty()) return finish_(http::Query());
        if (!content_type_.starts_with("application/x-www-form-urlencoded")) {
            throw Error(
                ErrorKind::unsupported,
                "a body of type '" + content_type_ +
                    "' is not read here; say the fields in the query string or as a form"
            );
        }
        return finish_(http::parse_query(trim(text_)));
    }

private:
    std::string content_type_;
    std::function<http::Answer(const http::Query&)> finish_;
    std::string text_;
};

}  // namespace

std::unique_ptr<http::Upload> read_form_body(
    const http::Request& request, std::function<http::Answer(const http::Query&)> finish
) {
    const auto type = request.headers.find("Content-Type").value_or("");
    return std::make_unique<FormBody>(to_lower(trim(type)), std::move(finish));
}

}  // namespace larmor::api
