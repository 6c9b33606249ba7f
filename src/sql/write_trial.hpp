// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/turn.hpp"
#include "sql/session.hpp"
#include "sql/writer.hpp"

namespace larmor::sql {

/// Finds out whether the database can be written to, beside the writer and without wearing the
/// disk: it takes the lock and lets it go. Only after the writer has lost a transaction it writes,
/// once, to see whether the cause is gone. Thread-safe.
class WriteTrial {
public:
    using Open = std::function<std::unique_ptr<Session>()>;
    /// `dialect` and `writer` must outlive it.
    WriteTrial(const Dialect& dialect, Open open, const Writer& writer)
        : dialect_(dialect), open_(std::move(open)), writer_(writer) {}

    /// Throws what stands in the way. Waits a quarter of a second for another process, and two
    /// seconds for another trial that hangs.
    void run();

private:
    void write(bool has_failed);
    void write_something();
    /// The lock that stands in the way is that of the writer, which gets on.
    bool writer_gets_on(std::uint64_t commits_before) const;

    const Dialect& dialect_;
    Open open_;
    const Writer& writer_;
    Turn turn_;  // guards what follows
    std::unique_ptr<Session> session_;
    std::uint64_t settled_failures_ = 0;
};

}  // namespace larmor::sql
