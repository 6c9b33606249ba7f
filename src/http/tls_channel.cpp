// SPDX-License-Identifier: Apache-2.0
#include "http/tls_channel.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "http/socket.hpp"
#include "http/tls_records.hpp"

namespace larmor::http {
namespace {

// Encrypted and sent by one call: eight full records, which cost less than four, and as much as
// sixteen, which a client that is slower than we are would hold.
constexpr std::size_t gathered_max = 8 * SSL3_RT_MAX_PLAIN_LENGTH;
constexpr std::size_t record_overhead_max = 64;

class TlsChannel : public Channel {
public:
    TlsChannel(SSL_CTX& context, Tls::Kernel kernel, int socket, std::string peer);

    ssize_t send(std::span<const iovec> texts, More more) override;
    ssize_t send_file(int file, off_t offset, std::size_t count) override;
    int flush() override;
    std::span<char> inbox(std::span<char> room) override;
    Opened open(std::span<char> room, std::size_t arrived) override;
    std::size_t unread_bytes() const override;
    void end() override;
    bool break_off() override;

private:
    enum class Stage { begun, shaking_hands, established, broken };

    Opened pass_on(std::span<char> room);
    Opened judge(int ssl_error);
    void begin_sending();
    std::span<char> make_room();
    bool encrypt();

    int socket_;
    std::string peer_;
    std::unique_ptr<Channel> plain_;  // on the same socket
    TlsRecords records_;
    Ssl ssl_;
    Stage stage_ = Stage::begun;
    bool kernel_encrypts_ = false;      // what is sent from now on: then it can be sent as plain
    bool socket_is_full_ = false;       // for what OpenSSL itself writes to it
    std::unique_ptr<char[]> gathered_;  // to be encrypted; always within one turn of the sender
    std::size_t gathered_size_ = 0;
};

TlsChannel::TlsChannel(SSL_CTX& context, Tls::Kernel kernel, int socket, std::string peer)
    : socket_(socket),
      peer_(std::move(peer)),
      plain_(make_plain_channel(socket)),
      ssl_(SSL_new(&context)) {
    auto* records = records_.make_bio();
    if (ssl_ == nullptr || records == nullptr) {
        BIO_free(records);
        throw Error(ErrorKind::unavailable, "no memory for TLS");
    }
    SSL_set_bio(ssl_.get(), records, records);
    SSL_set_accept_state(ssl_.get());
    if (kernel == Tls::Kernel::does_not) return;
    // OpenSSL hands its keys to the kernel during the handshake, if it writes to a socket then.
    auto* direct = BIO_new_socket(socket, BIO_NOCLOSE);
    if (direct != nullptr) SSL_set0_wbio(ssl_.get(), direct);
}

ssize_t TlsChannel::send(std::span<const iovec> texts, More more) {
    if (kernel_encrypts_) return plain_->send(texts, more);
    auto room = make_room();
    if (room.empty()) return -1;
    std::size_t taken = 0;
    for (const auto& text : texts) {
        const auto count = std::min(text.iov_len, room.size() - taken);
        std::memcpy(room.data() + taken, text.iov_base, count);
        taken += count;
    }
    gathered_size_ += taken;
    return static_cast<ssize_t>(taken);
}

ssize_t TlsChannel::send_file(int file, off_t offset, std::size_t count) {
    if (kernel_encrypts_) return plain_->send_file(file, offset, count);
    const auto room = make_room();
    if (room.empty()) return -1;
    const auto taken = ::pread(file, room.data(), std::min(count, room.size()), offset);
    if (taken > 0) gathered_size_ += static_cast<std::size_t>(taken);
    return taken;
}

/// Empty, with errno set, when what was taken before must leave first.
std::span<char> TlsChannel::make_room() {
    const bool is_full = gathered_size_ == gathered_max || !records_.outgoing().empty();
    if (is_full && flush() != 0) return {};
    if (!gathered_) gathered_.reset(new char[gathered_max]);
    return {gathered_.get() + gathered_size_, gathered_max - gathered_size_};
}

/// What has been gathered; false when that is no longer possible.
bool TlsChannel::encrypt() {
    const auto size = std::exchange(gathered_size_, 0);
    if (size == 0) return true;
    const auto records = size / SSL3_RT_MAX_PLAIN_LENGTH + 1;
    records_.expect_outgoing(size + records * record_overhead_max);
    std::size_t written = 0;
    ERR_clear_error();
    if (SSL_write_ex(ssl_.get(), gathered_.get(), size, &written) == 1) return true;
    stage_ = Stage::broken;
    return false;
}

int TlsChannel::flush() {
    if (!encrypt()) {
        errno = EPIPE;
        return -1;
    }
    while (!records_.outgoing().empty()) {
        const auto rest = records_.outgoing();
        const auto count = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const auto error = errno;
            gathered_.reset();
            errno = error;
            return -1;
        }
        records_.sent(static_cast<std::size_t>(count));
    }
    if (!std::exchange(socket_is_full_, false)) return 0;
    errno = EAGAIN;
    return -1;
}

std::span<char> TlsChannel::inbox(std::span<char> room) {
    gathered_.reset();
    records_.release_outgoing();
    return records_.space(room.size());
}

Channel::Opened TlsChannel::open(std::span<char> room, std::size_t arrived) {
    if (stage_ == Stage::broken) return {Progress::ended};
    records_.received(arrived);
    if (stage_ == Stage::begun && arrived > 0) {
        stage_ = Stage::shaking_hands;
        // Every method of HTTP begins with a letter, no TLS handshake does.
        if (std::isalpha(static_cast<unsigned char>(records_.incoming().front())) != 0) {
            return pass_on(room);
        }
    }
    std::size_t count = 0;
    int error = SSL_ERROR_NONE;
    while (count < room.size() && error == SSL_ERROR_NONE) {
        std::size_t more = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(ssl_.get(), room.data() + count, room.size() - count, &more);
        if (result != 1) error = SSL_get_error(ssl_.get(), result);
        count += more;
    }
    if (stage_ == Stage::shaking_hands && SSL_is_init_finished(ssl_.get()) == 1) begin_sending();
    if (count > 0) return {Progress::bytes, count};
    return judge(error);
}

Channel::Opened TlsChannel::pass_on(std::span<char> room) {
    stage_ = Stage::broken;
    const auto bytes = records_.incoming();
    std::ranges::copy(bytes, room.begin());
    return {Progress::unencrypted, bytes.size()};
}

Channel::Opened TlsChannel::judge(int ssl_error) {
    switch (ssl_error) {
        case SSL_ERROR_WANT_READ: return {Progress::needs_more};
        case SSL_ERROR_WANT_WRITE: socket_is_full_ = true; return {Progress::needs_more};
        case SSL_ERROR_ZERO_RETURN: return {Progress::ended};
        default: break;
    }
    if (stage_ != Stage::broken) {
        log(LogLevel::info,
            "TLS with a client failed",
            {{"address", peer_}, {"reason", openssl_reason()}});
    }
    stage_ = Stage::broken;
    return {Progress::ended};
}

/// Once the handshake is over it is known who encrypts.
void TlsChannel::begin_sending() {
    stage_ = Stage::established;
    kernel_encrypts_ = BIO_get_ktls_send(SSL_get_wbio(ssl_.get())) != 0;
    if (kernel_encrypts_ || SSL_get_wbio(ssl_.get()) == SSL_get_rbio(ssl_.get())) return;
    BIO_up_ref(SSL_get_rbio(ssl_.get()));
    SSL_set0_wbio(ssl_.get(), SSL_get_rbio(ssl_.get()));
}

std::size_t TlsChannel::unread_bytes() const {
    const auto pending = static_cast<std::size_t>(SSL_pending(ssl_.get()));
    return http::unread_bytes(socket_) + records_.incoming().size() + pending;
}

void TlsChannel::end() {
    if (stage_ != Stage::established || !encrypt()) return;
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0 && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) {
        socket_is_full_ = true;
    }
}

/// By an alert, since some clients (Python's, for one) take a reset for a plain end. OpenSSL has no
/// call that sends one, but it sends one about a record that nobody could have meant.
bool TlsChannel::break_off() {
    if (stage_ != Stage::established) return false;
    gathered_size_ = 0;
    // As long as a record, in case that one of the client's has come in part.
    const auto nonsense = records_.space(SSL3_RT_MAX_PACKET_SIZE);
    std::ranges::fill(nonsense, '\xff');
    records_.received(nonsense.size());
    std::array<char, 4096> dropped;
    std::size_t count = 0;
    ERR_clear_error();
    while (SSL_read_ex(ssl_.get(), dropped.data(), dropped.size(), &count) == 1) {
    }
    stage_ = Stage::broken;
    // A socket that is full has not taken what the kernel was to encrypt.
    return !kernel_encrypts_ || BIO_should_write(SSL_get_wbio(ssl_.get())) == 0;
}

}  // namespace

std::unique_ptr<Channel> make_tls_channel(
    SSL_CTX& context, Tls::Kernel kernel, int socket, std::string peer
) {
    return std::make_unique<TlsChannel>(context, kernel, socket, std::move(peer));
}

}  // namespace larmor::http
