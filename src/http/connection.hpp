// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/file_descriptor.hpp"
#include "http/admissions.hpp"
#include "http/server.hpp"
#include "http/tls.hpp"
#include "http/workers.hpp"

namespace boost::asio {
class io_context;
}

namespace larmor::http {

/// What all connections of a server share; outlives them.
struct Surroundings {
    const ServerOptions& options;
    Application& application;
    Workers& workers;                   // for the application
    Workers& readers;                   // for disks, while sending
    const std::atomic<bool>& stopping;  // no connection takes another request
    std::function<std::string()> next_request_id;
    const Tls* tls = nullptr;  // none: all is sent as it is
};

struct Peer {
    FileDescriptor socket;  // connected, non-blocking
    std::string address;
    Admission admission = Admission::welcome;  // else its one request is refused
};

/// One client, served from one loop's thread; every function is called on that thread.
class Connection {
public:
    using Clock = std::chrono::steady_clock;

    virtual ~Connection() = default;
    /// Serves until the client or a time-out ends it, then calls `when_over`.
    virtual void start(std::function<void()> when_over) = 0;
    /// Called a few times a second: ends what has waited too long.
    virtual void check_deadline(Clock::time_point now) = 0;
    /// Closes now if no request has begun; otherwise the answer that is under way is the last.
    virtual void drain() = 0;
    /// Breaks off; the client sees that the answer is not whole.
    virtual void cut() = 0;
};

/// `is_alone` tells whether the loop serves no other connection just now.
std::shared_ptr<Connection> make_connection(
    boost::asio::io_context& loop,
    Peer peer,
    Surroundings& surroundings,
    std::function<bool()> is_alone
);

}  // namespace larmor::http
