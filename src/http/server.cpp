// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <unordered_set>
#include <vector>

#include <sys/resource.h>
#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "http/connection.hpp"

namespace larmor::http {
namespace {

namespace asio = boost::asio;
using Clock = Connection::Clock;
using asio::ip::tcp;

constexpr auto tick = std::chrono::milliseconds(250);
constexpr unsigned reader_threads = 4;
constexpr int accepted_at_once = 64;

/// A thread's event loop and the connections that it serves.
class Loop {
public:
    explicit Loop(Surroundings& surroundings, Admissions& admissions)
        : surroundings_(surroundings), admissions_(admissions) {}

    asio::io_context& context() { return context_; }

    void run() {
        // sendfile knows no MSG_NOSIGNAL.
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        watch();
        context_.run();
    }

    // The following are called on the loop's thread.

    void adopt(Peer peer) {
        auto leave = [this, address = peer.address, admission = peer.admission] {
            admissions_.leave(address, admission);
        };
        try {
            serve(std::move(peer), leave);
        } catch (const std::exception& error) {
            log(LogLevel::error, "cannot serve a connection", {{"reason", error.what()}});
            leave();
        }
    }

    void stop(Clock::time_point cut_at) {
        cut_at_ = std::min(cut_at_, cut_at);
        for (auto* connection : connections_)
            connection->drain();
        watch();
    }

private:
    template <class Leave>
    void serve(Peer peer, const Leave& leave) {
        auto connection = make_connection(context_, std::move(peer), surroundings_, [this] {
            return connections_.size() == 1;
        });
        connections_.insert(connection.get());
        connection->start([this, key = connection.get(), leave] {
            connections_.erase(key);
            leave();
            leave_when_done();
        });
    }

    /// Looks after deadlines until the loop has nothing more to do.
    void watch() {
        const auto now = Clock::now();
        for (auto* connection : connections_)
            connection->check_deadline(now);
        const bool patient = now < cut_at_;
        if (!patient) {
            for (auto* connection : connections_)
                connection->cut();
        }
        leave_when_done();
        if (!guard_.owns_work()) return;
        ticker_.expires_at(patient ? std::min(now + tick, cut_at_) : now + tick);
        ticker_.async_wait([this](const boost::system::error_code& error) {
            if (!error) watch();
        });
    }

    void leave_when_done() {
        if (!surroundings_.stopping || !connections_.empty()) return;
        guard_.reset();
        ticker_.cancel();
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_ =
        asio::make_work_guard(context_);
    asio::steady_timer ticker_{context_};
    Surroundings& surroundings_;
    Admissions& admissions_;
    std::unordered_set<Connection*> connections_;
    Clock::time_point cut_at_ = Clock::time_point::max();
};

tcp::endpoint resolve(asio::io_context& context, const ServerOptions& options) {
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(
        options.address,
        std::to_string(options.port),
        tcp::resolver::passive | tcp::resolver::numeric_service
    );
    return found.begin()->endpoint();
}

tcp::acceptor listen(asio::io_context& context, const ServerOptions& options) {
    try {
        tcp::acceptor acceptor(context, resolve(context, options));
        acceptor.non_blocking(true);
        return acceptor;
    } catch (const boost::system::system_error& error) {
        throw Error(
            ErrorKind::unavailable,
            "cannot listen on " + options.address + ':' + std::to_string(options.port) + ": " +
                error.code().message()
        );
    }
}

std::unique_ptr<Tls> make_tls(const ServerOptions& options) {
    if (!options.tls) return {};
    auto tls = std::make_unique<Tls>(*options.tls);
    const bool in_kernel = tls->kernel() == Tls::Kernel::encrypts;
    log(LogLevel::info,
        "TLS is switched on",
        {{"certificate", options.tls->certificate.string()},
         {"encrypted_by", in_kernel ? "the kernel (kTLS)" : "this process: no kTLS here"}});
    return tls;
}

/// The soft limit is 1024 on most systems, which a few hundred downloads would reach.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string address_text(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

}  // namespace

struct Server::State {
    State(ServerOptions options_, Application& application_)
        : options(std::move(options_)),
          application(application_),
          loops(make_loops()),
          acceptor(listen(loops.front()->context(), options)),
          workers(std::max(options.worker_threads, 1U)),
          readers(reader_threads) {}

    std::vector<std::unique_ptr<Loop>> make_loops() {
        std::vector<std::unique_ptr<Loop>> made;
        for (unsigned i = 0; i < std::max(options.loop_threads, 1U); ++i) {
            made.push_back(std::make_unique<Loop>(surroundings, admissions));
        }
        return made;
    }

    void wait_for_clients();
    /// False when the system has no more descriptors for now.
    bool accept_some();
    void admit(Peer peer);

    ServerOptions options;
    Application& application;
    std::atomic<bool> stopping = false;
    Admissions admissions{options.connections_max, options.connections_per_address_max};
    std::atomic<std::uint64_t> request_count = 0;
    const std::string run_id = random_hex(4);
    const std::unique_ptr<Tls> tls = make_tls(options);
    Surroundings surroundings{
        options,
        application,
        workers,
        readers,
        stopping,
        [this] { return run_id + '-' + std::to_string(++request_count); },
        tls.get(),
    };
    std::vector<std::unique_ptr<Loop>> loops;
    tcp::acceptor acceptor;
    const std::uint16_t port = acceptor.local_endpoint().port();
    asio::steady_timer pause{loops.front()->context()};
    std::size_t next_loop = 0;
    // Ended first: their jobs post to the loops.
    Workers workers;
    Workers readers;
};

void Server::State::wait_for_clients() {
    acceptor.async_wait(tcp::acceptor::wait_read, [this](const boost::system::error_code& error) {
        if (error || stopping) return;
        if (accept_some()) return wait_for_clients();
        pause.expires_after(std::chrono::milliseconds(100));
        pause.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled && !stopping) wait_for_clients();
        });
    });
}

bool Server::State::accept_some() {
    for (int i = 0; i < accepted_at_once; ++i) {
        tcp::endpoint remote;
        auto size = static_cast<socklen_t>(remote.capacity());
        const int accepted =
            ::accept4(acceptor.native_handle(), remote.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EAGAIN) return true;
            log(LogLevel::warning,
                "cannot accept a connection",
                {{"reason", std::generic_category().message(errno)}});
            return false;
        }
        FileDescriptor socket(accepted);
        remote.resize(size);
        admit({std::move(socket), address_text(remote)});
    }
    return true;
}

void Server::State::admit(Peer peer) {
    const auto admission = admissions.admit(peer.address);
    if (!admission) return;
    peer.admission = *admission;
    auto& loop = *loops[next_loop++ % loops.size()];
    asio::post(loop.context(), [&loop, peer = std::move(peer)]() mutable {
        loop.adopt(std::move(peer));
    });
}

Server::Server(ServerOptions options, Application& application) {
    raise_descriptor_limit();
    state_ = std::make_unique<State>(std::move(options), application);
    state_->wait_for_clients();
}

Server::~Server() = default;

std::uint16_t Server::port() const {
    return state_->port;
}

void Server::reload_tls() {
    if (state_->tls) state_->tls->reload();
}

void Server::run() {
    std::vector<std::thread> threads;
    for (auto& loop : state_->loops)
        threads.emplace_back([&loop] { loop->run(); });
    for (auto& thread : threads)
        thread.join();
}

void Server::stop(std::chrono::seconds grace) {
    state_->stopping = true;
    const auto cut_at = Clock::now() + grace;
    auto& first = *state_->loops.front();
    asio::post(first.context(), [state = state_.get()] {
        boost::system::error_code ignored;
        state->acceptor.close(ignored);
        state->pause.cancel();
    });
    for (auto& loop : state_->loops) {
        asio::post(loop->context(), [&loop, cut_at] { loop->stop(cut_at); });
    }
}

}  // namespace larmor::http
