// SPDX-License-Identifier: Apache-2.0
// A form has the same parts, and the same error, in whatever pieces it comes. The first bytes say
// where it is cut; the boundary is `b`.
#include <vector>

#include "base/error.hpp"
#include "base/fuzzing.hpp"
#include "base/text.hpp"
#include "http/multipart.hpp"

namespace larmor {
namespace {

constexpr std::size_t cuts = 4;

/// Notes everything it is told.
class Notes : public http::PartReader {
public:
    void begin_part(const http::PartHeader& header) override {
        must_hold(!open_, "a part begins after the last one has ended");
        must_hold(is_valid_utf8(header.name), "a field's name is valid UTF-8");
        const auto file = header.file_name.value_or("");
        must_hold(is_valid_utf8(file), "a file's name is valid UTF-8");
        must_hold(file.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos, "no path");
        open_ = true;
        text += "begin " + header.name + '|' + file + '|' + header.content_type + '\n';
    }
    void part_data(std::span<const std::byte> bytes) override {
        must_hold(open_, "data come in a part");
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    void end_part() override {
        must_hold(open_, "a part ends once");
        open_ = false;
        text += "\nend\n";
    }

    std::string text;

private:
    bool open_ = false;
};

std::string read(std::string_view body, std::span<const std::uint8_t> steps) {
    Notes notes;
    http::MultipartParser parser("b", notes);
    std::string error;
    try {
        for (std::size_t i = 0; !body.empty(); ++i) {
            const std::size_t step = steps.empty() ? body.size() : 1U + steps[i % steps.size()];
            const auto piece = body.substr(0, step);
            parser.push(std::as_bytes(std::span(piece)));
            body.remove_prefix(piece.size());
        }
        parser.finish();
    } catch (const Error& refusal) {
        error = refusal.what();
    }
    // What was told before the error depends on how much had come.
    return error.empty() ? notes.text : error;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count < cuts) return 0;
    const std::span steps(bytes, cuts);
    const auto body = text_of(bytes + cuts, count - cuts);
    must_hold(read(body, {}) == read(body, steps), "pieces make the same form");
    http::find_boundary(body);

    if (body.find("\r\n--b") != std::string_view::npos || body.starts_with("--b")) return 0;
    const std::string head = "--b\r\nContent-Disposition: form-data; name=n; filename=f\r\n\r\n";
    const auto form = head + std::string(body) + "\r\n--b--\r\n";
    const auto expected = "begin n|f|\n" + std::string(body) + "\nend\n";
    must_hold(read(form, steps) == expected, "content comes out as it went in");
    return 0;
}

}  // namespace larmor
