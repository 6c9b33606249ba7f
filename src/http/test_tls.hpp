// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "http/openssl.hpp"
#include "http/test_server.hpp"
#include "http/tls.hpp"

// For the tests of this module: certificates made when they are needed, and a client that trusts
// whatever it is shown.
namespace larmor::http {

using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

struct TestCertificate {
    std::string name = "localhost";
    long begins_in = -60;  // seconds
    long ends_in = 3600;
};

/// A folder with `cert.pem` and `key.pem`, which goes with its test.
class TestTlsFolder {
public:
    explicit TestTlsFolder(const TestCertificate& certificate = {}, Key key = make_ec_key());
    TestTlsFolder(const TestTlsFolder&) = delete;
    TestTlsFolder& operator=(const TestTlsFolder&) = delete;
    ~TestTlsFolder() { std::filesystem::remove_all(path_); }

    TlsFiles files() const { return {path_ / "cert.pem", path_ / "key.pem"}; }
    void write_certificate(const TestCertificate& certificate, EVP_PKEY& key) const;
    /// With a password when that is given.
    void write_key(EVP_PKEY& key, const char* password = nullptr) const;
    void write(const std::string& name, std::string_view text) const;

    static Key make_ec_key();
    static Key make_rsa_key(unsigned bits);

private:
    std::filesystem::path path_;
};

class TestTlsClient : public TestClient {
public:
    struct Options {
        int version_min = TLS1_2_VERSION;
        int version_max = TLS1_3_VERSION;
        std::string protocols;  // as ALPN has them
    };

    TestTlsClient(std::uint16_t port, const Options& options);
    explicit TestTlsClient(std::uint16_t port) : TestTlsClient(port, Options()) {}

    bool is_connected() const { return is_connected_; }
    /// Whether the server has said that nothing follows: without it, what has come may be cut.
    bool has_seen_the_end() const { return has_seen_the_end_; }
    /// Whether the server has said that something went wrong.
    bool has_seen_an_alert() const { return has_seen_an_alert_; }
    std::string version() const { return SSL_get_version(ssl_.get()); }
    std::string protocol() const;
    /// The common name in the server's certificate.
    std::string server_name() const;
    /// Says that nothing follows.
    void end() { SSL_shutdown(ssl_.get()); }
    SSL& ssl() { return *ssl_; }

protected:
    ssize_t write_some(std::string_view bytes) override;
    ssize_t read_some(std::span<char> room) override;

private:
    SslContext context_;
    Ssl ssl_;
    bool is_connected_ = false;
    bool has_seen_the_end_ = false;
    bool has_seen_an_alert_ = false;
};

}  // namespace larmor::http
