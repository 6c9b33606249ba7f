// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "sql/session.hpp"

namespace larmor::sql {

/// Sees on a connection of its own whether anybody has committed a change: this process, or
/// somebody who works on the database beside it. Thread-safe.
class ChangeWatch {
public:
    using Open = std::function<std::unique_ptr<Session>()>;
    /// `dialect` must outlive it.
    ChangeWatch(const Dialect& dialect, Open open);

    /// The same as before only if nothing has been committed since. Takes some microseconds.
    std::string version();

private:
    const Dialect& dialect_;
    Open open_;
    std::mutex mutex_;  // guards what follows
    std::unique_ptr<Session> session_;
    std::uint64_t sessions_ = 0;  // so far; each may count from the beginning
};

}  // namespace larmor::sql
