// SPDX-License-Identifier: Apache-2.0
// The requests of a connection are the same in whatever pieces its bytes come. The first bytes say
// where they are cut.
#include <algorithm>
#include <array>

#include "base/fuzzing.hpp"
#include "http/request_reader.hpp"

namespace larmor {
namespace {

constexpr std::size_t cuts = 4;
using Progress = http::RequestReader::Progress;

/// Feeds a reader as a connection does and notes what comes out.
class Reading {
public:
    Reading(std::string_view bytes, std::span<const std::uint8_t> steps)
        : bytes_(bytes), steps_(steps) {}

    std::string notes() {
        while (read_request()) {
        }
        return std::move(notes_);
    }

private:
    bool read_request() {
        auto progress = reader_.read_head();
        while (progress == Progress::needs_more) {
            if (!receive()) return false;
            progress = reader_.read_head();
        }
        if (progress == Progress::refused) return note_refusal();
        const auto& head = reader_.head();
        must_hold(!head.method.empty() && !head.target.empty(), "a request asks for something");
        notes_ += "head " + head.method + ' ' + head.target + '\n';
        for (const auto& header : head.headers.all()) {
            const auto text = header.name + ": " + header.value;
            must_hold(text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos, "one line");
            notes_ += text + '\n';
        }
        return read_body() && reader_.framing().keep_alive;
    }

    bool read_body() {
        const auto length = reader_.framing().content_length;
        std::uint64_t total = 0;
        std::array<std::byte, 100> room;
        while (!reader_.is_body_complete()) {
            const auto read = reader_.read_body(room);
            must_hold(read.count <= room.size(), "the body stays in its room");
            notes_.append(reinterpret_cast<const char*>(room.data()), read.count);
            total += read.count;
            must_hold(!length || total <= *length, "the body is no longer than it said");
            if (read.progress == Progress::refused) return note_refusal();
            if (read.progress == Progress::needs_more && read.count < room.size() && !receive()) {
                return false;
            }
        }
        must_hold(!length || total == *length, "the body is as long as it said");
        notes_ += "\nend\n";
        return true;
    }

    bool note_refusal() {
        const auto& refusal = reader_.refusal();
        must_hold(refusal.status >= 400 && !refusal.message.empty(), "a refusal has a reason");
        notes_ += "refused " + std::to_string(refusal.status) + '\n';
        return false;
    }

    bool receive() {
        if (bytes_.empty()) return false;
        const auto space = reader_.space();
        must_hold(!space.empty(), "there is room for more");
        const std::size_t step = steps_.empty() ? bytes_.size() : 1U + steps_[at_++ % cuts];
        const auto piece = bytes_.substr(0, std::min(step, space.size()));
        std::ranges::copy(piece, space.begin());
        reader_.received(piece.size());
        bytes_.remove_prefix(piece.size());
        return true;
    }

    std::string_view bytes_;
    std::span<const std::uint8_t> steps_;
    std::size_t at_ = 0;
    http::RequestReader reader_;
    std::string notes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count < cuts) return 0;
    const std::span steps(bytes, cuts);
    const auto text = text_of(bytes + cuts, count - cuts);
    must_hold(Reading(text, {}).notes() == Reading(text, steps).notes(), "the same requests");
    return 0;
}

}  // namespace larmor
