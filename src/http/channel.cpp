// SPDX-License-Identifier: Apache-2.0
#include "http/channel.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "http/socket.hpp"

namespace larmor::http {
namespace {

class PlainChannel : public Channel {
public:
    explicit PlainChannel(int socket) : socket_(socket) {}

    ssize_t send(std::span<const iovec> texts, More more) override {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(texts.data());
        message.msg_iovlen = texts.size();
        const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more == More::follows ? MSG_MORE : 0);
        return ::sendmsg(socket_, &message, flags);
    }

    ssize_t send_file(int file, off_t offset, std::size_t count) override {
        return ::sendfile(socket_, file, &offset, count);
    }

    int flush() override { return 0; }
    std::span<char> inbox(std::span<char> room) override { return room; }
    Opened open(std::span<char>, std::size_t arrived) override {
        return {arrived > 0 ? Progress::bytes : Progress::needs_more, arrived};
    }
    std::size_t unread_bytes() const override { return http::unread_bytes(socket_); }
    void end() override {}
    bool break_off() override { return false; }

private:
    int socket_;
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(int socket) {
    return std::make_unique<PlainChannel>(socket);
}

}  // namespace larmor::http
