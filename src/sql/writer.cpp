// SPDX-License-Identifier: Apache-2.0
#include "sql/writer.hpp"

#include <algorithm>
#include <stdexcept>

#include "sql/connection.hpp"

namespace larmor::sql {
namespace {

/// Bounds how long the first of a group waits for the last.
constexpr std::size_t group_size_max = 256;

/// One error for many callers: an exception of its own for each, since they will be handled by as
/// many threads.
std::exception_ptr copy_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Error& known) {
        return std::make_exception_ptr(Error(known.kind(), known.what(), known.reason()));
    } catch (const std::exception& other) {
        return std::make_exception_ptr(Error(
            ErrorKind::unavailable,
            std::string("a change that was written together with this one failed: ") + other.what()
        ));
    } catch (...) {
        return error;
    }
}

}  // namespace

Writer::Writer(Open open) : open_(std::move(open)), thread_([this] { serve(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

void Writer::run(const std::function<void(Connection&)>& change) {
    if (std::this_thread::get_id() == thread_.get_id()) {
        throw std::logic_error("a write inside a write would wait for itself");
    }
    Request request{change};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&request);
    arrived_.notify_one();
    answered_.wait(lock, [&] { return request.is_answered; });
    lock.unlock();
    if (request.error) std::rethrow_exception(std::move(request.error));
}

void Writer::serve() {
    for (auto group = next_group(); !group.empty(); group = next_group()) {
        write_group(group);
        const std::lock_guard lock(mutex_);
        // A request lives in its caller, which goes on as soon as it has its answer.
        for (auto* const request : group)
            request->is_answered = true;
        answered_.notify_all();
    }
}

/// Waits for requests; empty when there will be no more.
Writer::Group Writer::next_group() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    const auto count = std::min(waiting_.size(), group_size_max);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    Group group(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return group;
}

void Writer::write_group(const Group& group) {
    for (std::size_t first = 0; first < group.size();) {
        std::size_t end = group.size();
        try {
            begin();
            is_writing_ = true;
            end = change_some(group, first);
            session_->commit();
            ++commits_;
        } catch (...) {
            ++failures_;
            for (auto i = first; i < end; ++i) {
                if (!group[i]->error) group[i]->error = copy_of(std::current_exception());
            }
            if (session_) session_->roll_back();
        }
        is_writing_ = false;
        first = end;
    }
}

/// As long as another process keeps its lock, those who come after the first are told so soon:
/// each of them holds a thread that reading needs too.
void Writer::begin() {
    try {
        begin_transaction(session_, open_);
    } catch (...) {
        try {
            if (session_) session_->set_patience(short_patience);
        } catch (const Error&) {
            // It is opened anew then.
        }
        throw;
    }
    session_->set_patience(full_patience);
}

/// Runs requests until all are done or the transaction is lost (a full disk makes SQLite roll
/// it back by itself), and returns where it stopped. What came before a loss has been undone.
std::size_t Writer::change_some(const Group& group, std::size_t first) {
    for (auto i = first; i < group.size(); ++i) {
        if (change_one(*group[i])) continue;
        for (auto lost = first; lost < i; ++lost) {
            if (!group[lost]->error) group[lost]->error = copy_of(group[i]->error);
        }
        return i + 1;
    }
    return group.size();
}

/// False when the transaction is lost.
bool Writer::change_one(Request& request) {
    try {
        session_->savepoint();
        Connection connection(*session_);
        request.change(connection);
        session_->release_savepoint();
        return true;
    } catch (...) {
        request.error = std::current_exception();
    }
    if (!session_->is_in_transaction() || !session_->is_usable()) return false;
    try {
        session_->roll_back_to_savepoint();
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace larmor::sql
