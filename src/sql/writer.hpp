// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sql/session.hpp"

namespace larmor::sql {

class Connection;

/// The one thread that writes. What waits together is committed together, each request in its
/// own savepoint; nobody is answered before the commit. Thread-safe.
class Writer {
public:
    using Open = std::function<std::unique_ptr<Session>()>;
    explicit Writer(Open open);
    /// Writes what still waits, then ends the thread.
    ~Writer();

    /// Returns once `change` is committed. When `change` throws, its own changes are undone and
    /// the error comes out here; when the group cannot be committed, all of it gets that error.
    void run(const std::function<void(Connection&)>& change);

    /// For those who look from another thread: whether it is in a transaction, and how many
    /// transactions have been committed and lost so far.
    bool is_writing() const { return is_writing_; }
    std::uint64_t commits() const { return commits_; }
    std::uint64_t failures() const { return failures_; }

private:
    struct Request {
        const std::function<void(Connection&)>& change;
        std::exception_ptr error = nullptr;
        bool is_answered = false;
    };
    using Group = std::vector<Request*>;

    void serve();
    Group next_group();
    void write_group(const Group& group);
    void begin();
    std::size_t change_some(const Group& group, std::size_t first);
    bool change_one(Request& request);

    Open open_;
    std::unique_ptr<Session> session_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::condition_variable answered_;
    std::deque<Request*> waiting_;
    bool is_stopping_ = false;
    std::atomic<bool> is_writing_ = false;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;
    std::thread thread_;
};

}  // namespace larmor::sql
