// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <semaphore>

namespace larmor {

/// Lets one thread at a time pass, the others wait for a limited time. A std::timed_mutex does the
/// same, but ThreadSanitizer of g++ 12 does not see how it is locked.
class Turn {
public:
    /// False when it was not this thread's turn within `patience`.
    bool take(std::chrono::milliseconds patience) { return free_.try_acquire_for(patience); }
    void give_back() { free_.release(); }

private:
    std::binary_semaphore free_{1};
};

/// A turn that was taken, given back at the end of the scope.
class TakenTurn {
public:
    explicit TakenTurn(Turn& turn) : turn_(turn) {}
    ~TakenTurn() { turn_.give_back(); }
    TakenTurn(const TakenTurn&) = delete;
    TakenTurn& operator=(const TakenTurn&) = delete;

private:
    Turn& turn_;
};

}  // namespace larmor
