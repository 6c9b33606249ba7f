// SPDX-License-Identifier: Apache-2.0
#include "http/tls.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <mutex>

#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "http/openssl.hpp"
#include "http/tls_channel.hpp"

namespace larmor::http {
namespace {

constexpr int security_level_min = 2;

/// As ALPN has it: with its length before it.
constexpr std::array<unsigned char, 9> protocol{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// A client that offers protocols but not ours could not make sense of our answers.
int choose_protocol(
    SSL* /*ssl*/,
    const unsigned char** chosen,
    unsigned char* chosen_size,
    const unsigned char* offered,
    unsigned int offered_size,
    void* /*argument*/
) {
    auto* found = const_cast<unsigned char*>(*chosen);
    const int result = SSL_select_next_proto(
        &found, chosen_size, protocol.data(), protocol.size(), offered, offered_size
    );
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// OpenSSL would ask for the password on the terminal.
int know_no_password(char*, int, int, void*) {
    return -1;
}

Error bad_file(const std::filesystem::path& file, const std::string& why) {
    return {ErrorKind::invalid_argument, file.string() + ' ' + why};
}

/// OpenSSL does not say why a file cannot be opened.
void check_readable(const std::filesystem::path& file) {
    std::ifstream input(file);
    if (!input || (input.peek(), input.bad())) throw system_error("read", file.string(), errno);
}

std::string date_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
    return text.data();
}

void check_dates(const X509& certificate, const std::filesystem::path& file) {
    const auto* begin = X509_get0_notBefore(&certificate);
    const auto* end = X509_get0_notAfter(&certificate);
    if (X509_cmp_current_time(end) <= 0) {
        throw bad_file(file, "holds a certificate that expired on " + date_of(end));
    }
    if (X509_cmp_current_time(begin) >= 0) {
        throw bad_file(file, "holds a certificate that is not valid before " + date_of(begin));
    }
}

void use_certificate(SSL_CTX& context, const std::filesystem::path& file) {
    check_readable(file);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(&context, file.c_str()) != 1) {
        throw bad_file(file, "is no usable certificate in PEM form: " + openssl_reason());
    }
    check_dates(*SSL_CTX_get0_certificate(&context), file);
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(&context, &chain);
    for (int i = 0; i < sk_X509_num(chain); ++i)
        check_dates(*sk_X509_value(chain, i), file);
}

void use_key(SSL_CTX& context, const TlsFiles& files) {
    check_readable(files.key);
    ERR_clear_error();
    const bool is_key =
        SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) == 1;
    const bool is_other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    // A key of another kind than the certificate's is taken at first.
    if (is_other || (is_key && SSL_CTX_check_private_key(&context) != 1)) {
        throw bad_file(
            files.key, "is not the key of the certificate in " + files.certificate.string()
        );
    }
    if (!is_key) {
        throw bad_file(
            files.key, "is no usable key without a password in PEM form: " + openssl_reason()
        );
    }
}

SslContext make_context(const TlsFiles& files) {
    SslContext made(SSL_CTX_new(TLS_server_method()));
    if (!made) throw Error(ErrorKind::unavailable, "no memory for TLS");
    auto& context = *made;
    SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
    SSL_CTX_set_security_level(
        &context, std::max(SSL_CTX_get_security_level(&context), security_level_min)
    );
    SSL_CTX_set_options(
        &context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_ENABLE_KTLS
    );
    SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);
    // A session is resumed by its ticket alone: no memory is held for clients that have left.
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(&context, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(&context, know_no_password);
    use_certificate(context, files.certificate);
    use_key(context, files);
    return made;
}

/// Two connected sockets of the loopback.
struct Pair {
    FileDescriptor listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    FileDescriptor client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};

    bool connect() const {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* where = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        return ::bind(listener.get(), where, size) == 0 && ::listen(listener.get(), 1) == 0 &&
               ::getsockname(listener.get(), where, &size) == 0 &&
               ::connect(client.get(), where, size) == 0;
    }
};

}  // namespace

struct Tls::State {
    std::mutex mutex;
    SslContext context;
};

Tls::Tls(TlsFiles files, Kernel kernel)
    : files_(std::move(files)), kernel_(kernel), state_(std::make_unique<State>()) {
    state_->context = make_context(files_);
}

Tls::~Tls() = default;

void Tls::reload() {
    auto context = make_context(files_);
    const std::lock_guard lock(state_->mutex);
    state_->context.swap(context);
}

std::unique_ptr<Channel> Tls::make_channel(int socket, std::string peer) const {
    const std::lock_guard lock(state_->mutex);
    return make_tls_channel(*state_->context, kernel_, socket, std::move(peer));
}

/// A kernel with the module `tls` may still lack the cipher's, which shows only with a key.
Tls::Kernel Tls::probe_kernel() {
    const Pair pair;
    constexpr char name[] = "tls";
    tls12_crypto_info_aes_gcm_128 key{};
    key.info = {.version = TLS_1_3_VERSION, .cipher_type = TLS_CIPHER_AES_GCM_128};
    const auto socket = pair.client.get();
    const bool takes_over = pair.connect() &&
                            ::setsockopt(socket, IPPROTO_TCP, TCP_ULP, name, sizeof name) == 0 &&
                            ::setsockopt(socket, SOL_TLS, TLS_TX, &key, sizeof key) == 0;
    return takes_over ? Kernel::encrypts : Kernel::does_not;
}

}  // namespace larmor::http
