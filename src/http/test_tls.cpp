// SPDX-License-Identifier: Apache-2.0
#include "http/test_tls.hpp"

#include <cerrno>
#include <fstream>
#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/hash.hpp"

namespace larmor::http {
namespace {

using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using File = std::unique_ptr<BIO, Release<BIO_free_all>>;

void check(bool is_true) {
    if (!is_true) throw std::runtime_error("OpenSSL: " + openssl_reason());
}

Certificate make_certificate(const TestCertificate& wanted, EVP_PKEY& key) {
    Certificate made(X509_new());
    check(made != nullptr);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), wanted.begins_in);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), wanted.ends_in);
    const auto* text = reinterpret_cast<const unsigned char*>(wanted.name.c_str());
    auto* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), &key);
    check(X509_sign(made.get(), &key, EVP_sha256()) > 0);
    return made;
}

}  // namespace

TestTlsFolder::TestTlsFolder(const TestCertificate& certificate, Key key)
    : path_(std::filesystem::temp_directory_path() / ("larmor-tls-" + random_hex(8))) {
    std::filesystem::create_directories(path_);
    write_certificate(certificate, *key);
    write_key(*key);
}

void TestTlsFolder::write_certificate(const TestCertificate& certificate, EVP_PKEY& key) const {
    const File file(BIO_new_file(files().certificate.c_str(), "w"));
    check(PEM_write_bio_X509(file.get(), make_certificate(certificate, key).get()) == 1);
}

void TestTlsFolder::write_key(EVP_PKEY& key, const char* password) const {
    const File file(BIO_new_file(files().key.c_str(), "w"));
    const auto* cipher = password != nullptr ? EVP_aes_128_cbc() : nullptr;
    auto* text = const_cast<char*>(password);
    check(PEM_write_bio_PKCS8PrivateKey(file.get(), &key, cipher, nullptr, 0, nullptr, text) == 1);
}

void TestTlsFolder::write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name) << text;
}

Key TestTlsFolder::make_ec_key() {
    return Key(EVP_EC_gen("P-256"));
}

Key TestTlsFolder::make_rsa_key(unsigned bits) {
    return Key(EVP_RSA_gen(bits));
}

TestTlsClient::TestTlsClient(std::uint16_t port, const Options& options)
    : TestClient(port), context_(SSL_CTX_new(TLS_client_method())) {
    // The lowest level knows the versions that a server must refuse.
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), options.version_min);
    SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
    ssl_.reset(SSL_new(context_.get()));
    check(ssl_ != nullptr);
    const auto* protocols = reinterpret_cast<const unsigned char*>(options.protocols.data());
    const auto size = static_cast<unsigned>(options.protocols.size());
    if (size > 0) SSL_set_alpn_protos(ssl_.get(), protocols, size);
    SSL_set_fd(ssl_.get(), descriptor());
    is_connected_ = SSL_connect(ssl_.get()) == 1;
}

std::string TestTlsClient::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TestTlsClient::server_name() const {
    const Certificate shown(SSL_get1_peer_certificate(ssl_.get()));
    char name[256] = "";
    if (shown) {
        X509_NAME_get_text_by_NID(
            X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name
        );
    }
    return name;
}

ssize_t TestTlsClient::write_some(std::string_view bytes) {
    ERR_clear_error();
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

ssize_t TestTlsClient::read_some(std::span<char> room) {
    ERR_clear_error();
    errno = 0;
    const int count = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()));
    if (count > 0) return count;
    const int error = SSL_get_error(ssl_.get(), count);
    if (error == SSL_ERROR_ZERO_RETURN) has_seen_the_end_ = true;
    if (ERR_GET_REASON(ERR_peek_error()) > SSL_AD_REASON_OFFSET) has_seen_an_alert_ = true;
    // A connection that ends without a word is a plain end here: see has_seen_the_end().
    return error == SSL_ERROR_ZERO_RETURN || errno == 0 ? 0 : -1;
}

}  // namespace larmor::http
