// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include <sys/types.h>
#include <sys/uio.h>

namespace larmor::http {

/// The last step of bytes to a peer and the first one from it, on a connected, non-blocking
/// socket: as they are, or encrypted. Never waits for the peer. Used by one thread at a time.
class Channel {
public:
    /// Whether more bytes are about to be sent, so that a packet may wait for them.
    enum class More { none, follows };
    enum class Progress {
        bytes,        // `count` of them are in the room
        needs_more,   // from the socket
        ended,        // no more can come; what went wrong has been logged
        unencrypted,  // as `bytes`, but of a peer who does not encrypt: it speaks HTTP to TLS
    };
    struct Opened {
        Progress progress = Progress::needs_more;
        std::size_t count = 0;
    };

    virtual ~Channel() = default;

    // As sendmsg and sendfile: how many bytes were taken, or -1 and errno.
    virtual ssize_t send(std::span<const iovec> texts, More more) = 0;
    virtual ssize_t send_file(int file, off_t offset, std::size_t count) = 0;
    /// 0 when all that was taken has gone to the socket; else -1 and errno, EAGAIN when the socket
    /// takes no more now. To be called before the thread turns to something else.
    virtual int flush() = 0;

    /// Where bytes from the socket belong; never empty when `room`, for those opened, is not.
    virtual std::span<char> inbox(std::span<char> room) = 0;
    /// Opens what has come, of which `arrived` bytes are new in the inbox.
    virtual Opened open(std::span<char> room, std::size_t arrived) = 0;
    /// Bytes that have come but were not read, whatever they turn out to be.
    virtual std::size_t unread_bytes() const = 0;

    /// Tells the peer that all has been said; to be flushed. Not called, an answer without a
    /// length counts as cut.
    virtual void end() = 0;
    /// Tells the peer that not all has been said; to be flushed. False when it can only be told by
    /// a reset of the connection.
    virtual bool break_off() = 0;
};

/// Bytes as they are. Borrows the socket.
std::unique_ptr<Channel> make_plain_channel(int socket);

}  // namespace larmor::http
