// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <memory>

#include "http/read_ahead.hpp"
#include "http/workers.hpp"

namespace larmor::http {

/// Has the next batch of a body made ready on a lane while its loop sends the one before. All
/// functions are called on the loop's thread.
class Prefetch : public std::enable_shared_from_this<Prefetch> {
public:
    struct Loop {
        std::function<void(std::function<void()>)> post;  // from any thread onto the loop's
        std::function<void()> wake;                       // called there when a batch is ready
    };

    Prefetch(std::unique_ptr<ReadAhead> walk, Workers& lane, Loop loop);

    void start();
    bool is_running() const { return running_; }
    /// The last batch has been taken.
    bool is_over() const { return over_; }
    /// Only when not running. Starts on the next one. Throws what the walk threw.
    Batch take();
    /// Destroys the walk on its lane: closing files and freeing a large plan are no work for a
    /// loop. Only when not running.
    void let_go();

private:
    void run();

    std::unique_ptr<ReadAhead> walk_;
    Workers& lane_;
    Loop loop_;
    Batch batch_;
    std::exception_ptr error_;
    bool running_ = false;  // walk, batch and error are the lane's
    bool over_ = false;
};

}  // namespace larmor::http
