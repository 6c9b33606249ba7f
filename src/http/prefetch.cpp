// SPDX-License-Identifier: Apache-2.0
#include "http/prefetch.hpp"

#include <utility>

namespace larmor::http {

Prefetch::Prefetch(std::unique_ptr<ReadAhead> walk, Workers& lane, Loop loop)
    : walk_(std::move(walk)), lane_(lane), loop_(std::move(loop)) {}

void Prefetch::start() {
    running_ = true;
    // The job keeps the walk alive even when the connection ends meanwhile.
    lane_.submit([self = shared_from_this()]() mutable {
        self->run();
        // A copy: what is posted may drop the last owner of `loop_` before post() returns.
        const auto post = self->loop_.post;
        post([self = std::move(self)] {
            self->running_ = false;
            self->loop_.wake();
        });
    });
}

void Prefetch::run() {
    try {
        batch_ = walk_->next_batch();
    } catch (...) {
        error_ = std::current_exception();
    }
    if (error_ || batch_.is_last) walk_.reset();
}

Batch Prefetch::take() {
    if (error_) std::rethrow_exception(error_);
    auto batch = std::exchange(batch_, {});
    over_ = batch.is_last;
    if (!over_) start();
    return batch;
}

void Prefetch::let_go() {
    if (walk_) lane_.submit([walk = std::shared_ptr<ReadAhead>(std::move(walk_))] {});
}

}  // namespace larmor::http
