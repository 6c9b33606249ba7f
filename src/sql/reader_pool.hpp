// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "sql/session.hpp"

namespace larmor::sql {

class Connection;

/// Read-only connections, opened when needed and used again, the warmest first. Thread-safe.
class ReaderPool {
public:
    using Open = std::function<std::unique_ptr<Session>()>;
    ReaderPool(Open open, std::size_t readers_max)
        : open_(std::move(open)), readers_max_(readers_max) {}

    /// Calls `read` in a transaction that has ended when this returns. Blocks while all
    /// connections are in use; throws unavailable after 30 s.
    void run(const std::function<void(Connection&)>& read);

private:
    std::unique_ptr<Session> take();
    void give_back(std::unique_ptr<Session> session);

    Open open_;
    std::size_t readers_max_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::size_t in_use_ = 0;
    std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace larmor::sql
