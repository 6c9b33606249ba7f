// SPDX-License-Identifier: Apache-2.0
#include "http/socket.hpp"

#include <array>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace larmor::http {
namespace {

constexpr std::size_t discarded_bytes_max = 128 * 1024;

/// How many bytes have come; 0 when none can be had now.
std::size_t receive_now(RequestReader& reader, Channel& channel, int socket) {
    const auto space = reader.space();
    auto opened = channel.open(space, 0);
    while (opened.progress == Channel::Progress::needs_more) {
        const auto inbox = channel.inbox(space);
        const auto count = ::recv(socket, inbox.data(), inbox.size(), MSG_DONTWAIT);
        if (count <= 0) return 0;
        opened = channel.open(space, static_cast<std::size_t>(count));
    }
    reader.received(opened.count);
    return opened.progress == Channel::Progress::bytes ? opened.count : 0;
}

}  // namespace

void send_without_delay(int socket) {
    const int one = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void reset_on_close(int socket) {
    const ::linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::size_t unread_bytes(int socket) {
    int count = 0;
    ::ioctl(socket, FIONREAD, &count);
    return static_cast<std::size_t>(count);
}

int unsent_bytes(int socket) {
    int count = 0;
    ::ioctl(socket, SIOCOUTQ, &count);
    return count;
}

bool has_hung_up(int socket) {
    pollfd watched{.fd = socket, .events = POLLRDHUP, .revents = 0};
    return ::poll(&watched, 1, 0) > 0;
}

bool discard_body(RequestReader& reader, Channel& channel, int socket) {
    std::array<std::byte, 16 * 1024> dropped;
    std::size_t total = 0;
    while (!reader.is_body_complete()) {
        const auto read = reader.read_body(dropped);
        if (read.progress == RequestReader::Progress::refused) return false;
        if (read.progress == RequestReader::Progress::complete || read.count > 0) continue;
        // What has come counts, not the content: chunks may be mostly headers.
        const auto arrived = receive_now(reader, channel, socket);
        total += arrived;
        if (arrived == 0 || total > discarded_bytes_max) return false;
    }
    return true;
}

}  // namespace larmor::http
