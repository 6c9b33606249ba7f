// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/answer.hpp"
#include "http/tls.hpp"

// HTTP/1.1 over TCP: the only door to Beast, Asio and OpenSSL's TLS. Knows requests, answers,
// ranges and conditions; knows nothing of XNAT, archives or the catalog.
namespace larmor::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0: any free one
    unsigned loop_threads = 2;
    unsigned worker_threads = 16;
    std::chrono::seconds header_timeout{30};  // for a whole request head
    std::chrono::seconds idle_timeout{75};
    std::chrono::seconds body_timeout{60};   // within which a body must come on
    std::chrono::seconds stall_timeout{60};  // within which a client must take some of its answer
    // Coming on and taking some is this much; fewer bytes only hold a place.
    std::size_t bytes_per_second_min = 256;
    /// Whether so many bytes within such a time are enough.
    bool comes_on(std::int64_t count, std::chrono::seconds time) const {
        const auto least = static_cast<std::int64_t>(bytes_per_second_min) * time.count();
        return count >= std::max<std::int64_t>(1, least);
    }
    std::size_t connections_max = 8192;
    std::size_t connections_per_address_max = 2048;  // 0: none but the one above
    std::optional<TlsFiles> tls;                     // none: plain HTTP
};

class Server {
public:
    /// Binds and listens; throws Error naming the address when that fails, or the file of the TLS
    /// options that cannot be used. `application` must outlive the server.
    Server(ServerOptions options, Application& application);
    ~Server();

    std::uint16_t port() const;
    /// Serves until stop(); blocks.
    void run();
    /// From any thread: reads the files of the TLS options again, for connections from now on.
    /// Throws Error naming the file that cannot be used; nothing has changed then.
    void reload_tls();
    /// From any thread: stop accepting, let running answers end for at most `grace`, then cut.
    void stop(std::chrono::seconds grace);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace larmor::http
