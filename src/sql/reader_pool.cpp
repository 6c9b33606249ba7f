// SPDX-License-Identifier: Apache-2.0
#include "sql/reader_pool.hpp"

#include <chrono>

#include "sql/connection.hpp"

namespace larmor::sql {

void ReaderPool::run(const std::function<void(Connection&)>& read) {
    auto session = take();
    try {
        begin_transaction(session, open_);
        Connection connection(*session);
        read(connection);
        session->rethrow_failure();
    } catch (...) {
        give_back(std::move(session));
        throw;
    }
    give_back(std::move(session));
}

std::unique_ptr<Session> ReaderPool::take() {
    std::unique_lock lock(mutex_);
    const auto has_room = [this] { return in_use_ < readers_max_; };
    if (!returned_.wait_for(lock, std::chrono::seconds(30), has_room)) {
        throw Error(ErrorKind::unavailable, "all readers of the catalog are busy");
    }
    ++in_use_;
    if (idle_.empty()) return nullptr;
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return session;
}

void ReaderPool::give_back(std::unique_ptr<Session> session) {
    if (session) session->roll_back();
    {
        const std::lock_guard lock(mutex_);
        --in_use_;
        if (session && session->is_usable()) idle_.push_back(std::move(session));
    }
    returned_.notify_one();
}

}  // namespace larmor::sql
