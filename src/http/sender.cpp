// SPDX-License-Identifier: Apache-2.0
#include "http/sender.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "http/failure_report.hpp"

namespace larmor::http {
namespace {

constexpr std::size_t call_bytes = 256 * 1024;
constexpr std::size_t turn_bytes = 256 * 1024;
constexpr std::size_t lonely_turn_bytes = 1024 * 1024;
constexpr std::size_t texts_at_once = 16;
constexpr auto fresh_for = std::chrono::seconds(1);

bool would_block(int error_number) {
    return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

/// What a send or sendfile fails with when it is the file that cannot be read.
bool is_file_error(int error_number) {
    return is_disk_error(error_number) || error_number == EINVAL || error_number == EOVERFLOW ||
           error_number == ENOMEM || error_number == EBADF;
}

}  // namespace

void Sender::add(Batch batch) {
    ready_at_ = std::chrono::steady_clock::now();
    std::ranges::move(batch.segments, std::back_inserter(segments_));
}

Sender::Turn Sender::turn(Company company) {
    const auto turn = use(company == Company::alone ? lonely_turn_bytes : turn_bytes);
    if (turn == Turn::blocked || turn == Turn::gone || turn == Turn::file_failed) return turn;
    if (channel_.flush() == 0) return turn;
    return would_block(errno) ? Turn::blocked : Turn::gone;
}

Sender::Turn Sender::use(std::size_t budget) {
    const auto whole_turn = budget;
    while (!segments_.empty()) {
        const auto* slice = std::get_if<stream::FileSlice>(&segments_.front());
        const bool is_text = slice == nullptr;
        // A slice is not begun that the next turn could send by one call.
        const bool crumbles = !is_text && budget < whole_turn / 2 && slice->length > budget;
        if (budget == 0 || crumbles) return Turn::used_up;
        if (!is_text && is_stale()) return Turn::stale;
        switch (is_text ? send_text(budget) : send_slice(budget)) {
            case Step::done: break;
            case Step::blocked: return Turn::blocked;
            case Step::gone: return Turn::gone;
            case Step::file_failed: return Turn::file_failed;
        }
    }
    return Turn::drained;
}

void Sender::refresh() {
    for (const auto& segment : segments_) {
        if (const auto* slice = std::get_if<stream::FileSlice>(&segment)) make_resident(*slice);
    }
    ready_at_ = std::chrono::steady_clock::now();
}

void Sender::report_failure() const noexcept {
    if (failure_ == Failure::other) return;
    const auto& slice = std::get<stream::FileSlice>(segments_.front());
    http::report_failure(slice, failure_ == Failure::file_short);
}

bool Sender::is_stale() const {
    if (std::chrono::steady_clock::now() - ready_at_ < fresh_for) return false;
    auto next = std::get<stream::FileSlice>(segments_.front());
    next.length = std::min<std::uint64_t>(next.length, call_bytes);
    return !is_resident(next);
}

/// All texts at the front in one call.
Sender::Step Sender::send_text(std::size_t& budget) {
    std::array<iovec, texts_at_once> vectors;
    std::size_t count = 0;
    auto room = budget;
    auto offset = text_offset_;
    bool whole = true;
    for (auto& segment : segments_) {
        auto* text = std::get_if<std::string>(&segment);
        if (text == nullptr || count == vectors.size() || room == 0) break;
        const auto length = std::min(text->size() - offset, room);
        vectors[count++] = {text->data() + offset, length};
        whole = offset + length == text->size();
        room -= length;
        offset = 0;
    }
    // Held back by the kernel only while more stands ready to be sent.
    const bool more_follows = segments_.size() > count || !whole;
    const auto more = more_follows ? Channel::More::follows : Channel::More::none;
    const auto sent = channel_.send(std::span(vectors).first(count), more);
    if (sent < 0 && errno == EINTR) return Step::done;
    if (sent < 0) return would_block(errno) ? Step::blocked : Step::gone;
    drop_sent_text(static_cast<std::size_t>(sent));
    budget -= static_cast<std::size_t>(sent);
    return Step::done;
}

void Sender::drop_sent_text(std::size_t count) {
    sent_bytes_ += count;
    count += text_offset_;
    while (!segments_.empty()) {
        const auto* text = std::get_if<std::string>(&segments_.front());
        if (text == nullptr || text->size() > count) break;
        count -= text->size();
        segments_.pop_front();
    }
    text_offset_ = count;
}

Sender::Step Sender::send_slice(std::size_t& budget) {
    auto& slice = std::get<stream::FileSlice>(segments_.front());
    const auto offset = static_cast<off_t>(slice.offset);
    const auto wanted = std::min<std::uint64_t>({slice.length, budget, call_bytes});
    const auto sent = channel_.send_file(slice.file->get(), offset, wanted);
    if (sent < 0 && errno == EINTR) return Step::done;
    if (sent < 0 && would_block(errno)) return Step::blocked;
    if (sent < 0 && !is_file_error(errno)) return Step::gone;
    if (sent < 0) return fail(is_disk_error(errno) ? Failure::disk : Failure::other);
    if (sent == 0) return fail(Failure::file_short);
    const auto count = static_cast<std::size_t>(sent);
    sent_bytes_ += count;
    budget -= count;
    slice.offset += count;
    slice.length -= count;
    if (slice.length == 0) segments_.pop_front();
    return Step::done;
}

Sender::Step Sender::fail(Failure failure) {
    failure_ = failure;
    return Step::file_failed;
}

}  // namespace larmor::http
