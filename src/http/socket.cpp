// SPDX-License-Identifier: Apache-2.0
#include "http/socket.hpp"

#include <array>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace larmor::http {
namespace {

constexpr std::size_t discarded_bytes_max = 128 * 1024;

}  // namespace

void send_without_delay(int socket) {
    const int one = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void reset_on_close(int socket) {
    const ::linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

int unread_bytes(int socket) {
    int count = 0;
    ::ioctl(socket, FIONREAD, &count);
    return count;
}

int unsent_bytes(int socket) {
    int count = 0;
    ::ioctl(socket, SIOCOUTQ, &count);
    return count;
}

bool discard_body(RequestReader& reader, int socket) {
    std::array<std::byte, 16 * 1024> dropped;
    std::size_t total = 0;
    while (!reader.is_body_complete()) {
        const auto read = reader.read_body(dropped);
        total += read.count;
        if (total > discarded_bytes_max) return false;
        if (read.progress == RequestReader::Progress::refused) return false;
        if (read.progress == RequestReader::Progress::complete || read.count > 0) continue;
        const auto space = reader.space();
        const auto count = ::recv(socket, space.data(), space.size(), MSG_DONTWAIT);
        if (count <= 0) return false;
        reader.received(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace larmor::http
