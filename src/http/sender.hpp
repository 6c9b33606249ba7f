// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

#include "http/channel.hpp"
#include "http/read_ahead.hpp"

namespace larmor::http {

/// Sends prepared bytes through a channel, one bounded turn at a time, so that no connection keeps
/// its loop from the others. Never waits for a disk or a peer.
class Sender {
public:
    /// Whether other connections wait for their turns on the same loop.
    enum class Company { alone, others };
    enum class Turn {
        used_up,     // let the others have theirs, then go on
        blocked,     // the socket takes no more
        stale,       // the next bytes may have left the page cache: refresh() on another thread
        drained,     // all batches are sent
        gone,        // the peer has closed
        file_failed  // report_failure() on another thread, then give up
    };

    explicit Sender(Channel& channel) : channel_(channel) {}

    void add(Batch batch);
    Turn turn(Company company);
    /// Blocks until the next bytes are in the page cache again. Throws Error.
    void refresh();
    /// After file_failed: tells the slice. Blocks.
    void report_failure() const noexcept;
    std::uint64_t sent_bytes() const { return sent_bytes_; }

private:
    enum class Step { done, blocked, gone, file_failed };
    enum class Failure { file_short, disk, other };

    Turn use(std::size_t budget);
    bool is_stale() const;
    Step send_text(std::size_t& budget);
    Step send_slice(std::size_t& budget);
    Step fail(Failure failure);
    void drop_sent_text(std::size_t count);

    Channel& channel_;
    std::deque<stream::Segment> segments_;
    std::size_t text_offset_ = 0;  // of the first segment, when that is a text
    std::chrono::steady_clock::time_point ready_at_;
    std::uint64_t sent_bytes_ = 0;
    Failure failure_ = Failure::other;  // of the first segment, after file_failed
};

}  // namespace larmor::http
