// SPDX-License-Identifier: Apache-2.0
#include "http/workers.hpp"

#include <utility>

namespace larmor::http {

Workers::Workers(unsigned thread_count) {
    for (unsigned i = 0; i < thread_count; ++i)
        threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    arrived_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

void Workers::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    arrived_.notify_one();
}

void Workers::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        arrived_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        // What the job holds is let go before the lock is taken again.
        job = nullptr;
        lock.lock();
    }
}

}  // namespace larmor::http
