// SPDX-License-Identifier: Apache-2.0
#include "http/tls.hpp"

#include <atomic>
#include <fstream>
#include <thread>

#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/test_tls.hpp"

namespace larmor::http {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

/// What is said of files that cannot be used.
std::string complaint_about(const TlsFiles& files) {
    try {
        const Tls tls(files, Tls::Kernel::does_not);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(TlsFiles, AreNamedWhenTheyCannotBeRead) {
    const TestTlsFolder folder;
    const auto good = folder.files();
    const TlsFiles no_certificate{"/no/such/cert.pem", good.key};
    EXPECT_THAT(complaint_about(good), "");
    EXPECT_THAT(complaint_about(no_certificate), HasSubstr("/no/such/cert.pem"));
    EXPECT_THAT(complaint_about({good.certificate, "/no/key.pem"}), HasSubstr("/no/key.pem"));
    EXPECT_THAT(complaint_about({"/tmp", good.key}), HasSubstr("/tmp"));
}

TEST(TlsFiles, AreNamedWhenTheyHoldSomethingElse) {
    const TestTlsFolder folder;
    folder.write("other.pem", "no PEM at all\n");
    const auto good = folder.files();
    const auto other = good.key.parent_path() / "other.pem";
    for (const auto& files : {TlsFiles{other, good.key}, TlsFiles{good.key, good.key}}) {
        EXPECT_THAT(
            complaint_about(files),
            AllOf(HasSubstr(files.certificate.string()), HasSubstr("no usable certificate"))
        );
    }
    for (const auto& files :
         {TlsFiles{good.certificate, other}, TlsFiles{good.certificate, good.certificate}}) {
        EXPECT_THAT(
            complaint_about(files), AllOf(HasSubstr(files.key.string()), HasSubstr("no usable key"))
        );
    }
}

TEST(TlsFiles, AreNamedWhenTheKeyIsAnotherOnes) {
    const TestTlsFolder folder;
    for (const auto& key : {TestTlsFolder::make_ec_key(), TestTlsFolder::make_rsa_key(2048)}) {
        folder.write_key(*key);
        EXPECT_THAT(
            complaint_about(folder.files()),
            AllOf(
                HasSubstr(folder.files().key.string() + " is not the key of the certificate in"),
                EndsWith(folder.files().certificate.string())
            )
        );
    }
}

TEST(TlsFiles, MayNotHaveAPassword) {
    const auto key = TestTlsFolder::make_ec_key();
    const TestTlsFolder folder;
    folder.write_certificate({}, *key);
    folder.write_key(*key, "secret");
    EXPECT_THAT(complaint_about(folder.files()), HasSubstr("key.pem is no usable key without a"));
}

TEST(TlsFiles, AreNamedOutsideTheirTime) {
    const TestTlsFolder late({.ends_in = -1}), early({.begins_in = 1000});
    EXPECT_THAT(
        complaint_about(late.files()), HasSubstr("cert.pem holds a certificate that expired on 20")
    );
    EXPECT_THAT(complaint_about(early.files()), HasSubstr("that is not valid before 20"));
}

TEST(TlsFiles, AreNamedWhenAnIssuersTimeIsOver) {
    const TestTlsFolder folder, late({.ends_in = -1});
    const auto chain = folder.files().certificate;
    std::filesystem::path both = chain.parent_path() / "chain.pem";
    std::ifstream first(chain), second(late.files().certificate);
    std::ofstream(both) << first.rdbuf() << second.rdbuf();
    EXPECT_THAT(
        complaint_about({both, folder.files().key}),
        HasSubstr("chain.pem holds a certificate that expired")
    );
}

TEST(TlsFiles, AreNamedWhenTheKeyIsTooWeak) {
    const TestTlsFolder folder({}, TestTlsFolder::make_rsa_key(1024));
    EXPECT_THAT(
        complaint_about(folder.files()), AllOf(HasSubstr("cert.pem"), HasSubstr("too small"))
    );
}

TEST(Tls, KeepsItsCertificateWhenTheNewOneIsBad) {
    const TestTlsFolder folder;
    Tls tls(folder.files(), Tls::Kernel::does_not);
    folder.write("cert.pem", "no PEM at all\n");
    EXPECT_THROW(tls.reload(), Error);
    EXPECT_NE(tls.make_channel(0, "peer"), nullptr);
}

Reply text(std::string body) {
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

Reply hello(const Request&) {
    return text("hello");
}

ServerOptions with(const TestTlsFolder& folder) {
    ServerOptions options;
    options.tls = folder.files();
    return options;
}

class TlsServer : public testing::Test {
protected:
    const TestTlsFolder folder_;
};

/// About 4 MB: large files, small ones and texts.
std::shared_ptr<TestSource> mixed_source() {
    auto source = std::make_shared<TestSource>();
    for (unsigned i = 0; i < 60; ++i) {
        if (i % 3 == 0) {
            source->add_text(noise(100 + i, i));
        } else {
            source->add_file(noise(i % 3 == 1 ? 200'000 : 3'000, i));
        }
    }
    return source;
}

TestApplication::Handle download_of(std::shared_ptr<const stream::Source> source) {
    return [source = std::move(source)](const Request&) {
        Answer answer;
        answer.body = source;
        return answer;
    };
}

TEST_F(TlsServer, SpeaksTls12And13AndNothingOlder) {
    TestServer server(hello, with(folder_));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TestTlsClient client(server.port(), {version, version, ""});
        EXPECT_EQ(client.ask("GET", "/").body, "hello");
        EXPECT_EQ(client.version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    }
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const TestTlsClient client(server.port(), {version, version, ""});
        EXPECT_FALSE(client.is_connected());
    }
}

TEST_F(TlsServer, AgreesOnHttp11AndRefusesAClientThatKnowsOnlyOthers) {
    TestServer server(hello, with(folder_));
    const TestTlsClient both(server.port(), {.protocols = "\x02h2\x08http/1.1"});
    EXPECT_EQ(both.protocol(), "http/1.1");
    const TestTlsClient other(server.port(), {.protocols = "\x02h2"});
    EXPECT_FALSE(other.is_connected());
}

TEST_F(TlsServer, SendsWholeBodiesAndTheirParts) {
    const auto source = mixed_source();
    TestServer server(download_of(source), with(folder_));
    TestTlsClient client(server.port());
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(client.ask("GET", "/").body == source->content());
    }
    const auto part = client.ask("GET", "/", "Range: bytes=150000-399999\r\n");
    EXPECT_EQ(part.status, 206U);
    EXPECT_TRUE(part.body == source->content().substr(150'000, 250'000));
}

TEST_F(TlsServer, AnswersPipelinedRequestsInOrder) {
    TestServer server(
        [](const Request& request) { return text(request.target.text); }, with(folder_)
    );
    TestTlsClient client(server.port());
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    client.send(requests);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(client.receive().body, '/' + std::to_string(i));
}

/// Gives back the body.
class Echo : public Upload {
public:
    void push(std::span<const std::byte> bytes) override {
        body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    Answer finish() override {
        Answer answer;
        answer.body = std::move(body_);
        return answer;
    }

private:
    std::string body_;
};

TEST_F(TlsServer, TakesUploads) {
    TestServer server([](const Request&) { return std::make_unique<Echo>(); }, with(folder_));
    TestTlsClient client(server.port());
    const auto body = noise(3'000'000);
    EXPECT_TRUE(client.ask("PUT", "/", "", body).body == body);
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100U);
    client.send("abc");
    EXPECT_EQ(client.receive().body, "abc");
}

TEST_F(TlsServer, TellsTheApplicationThatItIsEncrypted) {
    TestServer server(
        [](const Request& request) {
            return text(request.scheme == Scheme::https ? "https" : "http");
        },
        with(folder_)
    );
    TestTlsClient client(server.port());
    EXPECT_EQ(client.ask("GET", "/").body, "https");
    EXPECT_EQ(client.ask("GET", "https://localhost:443/").body, "https");
    EXPECT_EQ(client.ask("GET", "http://localhost/").status, 400U);
}

TEST_F(TlsServer, SaysInPlainHttpThatItWantsHttps) {
    std::atomic<int> calls = 0;
    TestServer server(
        [&](const Request&) {
            ++calls;
            return text("secret");
        },
        with(folder_)
    );
    for (const auto* method : {"GET", "DELETE", "OPTIONS"}) {
        TestClient client(server.port());
        const auto answer = client.ask(method, "/");
        EXPECT_EQ(answer.status, 400U);
        EXPECT_THAT(answer.body, HasSubstr("https://"));
        EXPECT_TRUE(client.is_closed());
    }
    EXPECT_EQ(calls, 0);
}

TEST_F(TlsServer, ClosesOnWhatIsNeitherTlsNorHttp) {
    TestServer server(hello, with(folder_));
    TestClient client(server.port());
    client.send(std::string("\x16\x03\x01\x00\x05\x01\xff\xff\xff\xff", 10) + noise(300));
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(TestTlsClient(server.port()).ask("GET", "/").body, "hello");
}

TEST_F(TlsServer, EndsAHandshakeThatDoesNotComeToAnEnd) {
    auto options = with(folder_);
    options.header_timeout = seconds(1);
    TestServer server(hello, options);
    TestClient silent(server.port()), slow(server.port());
    slow.send("\x16\x03\x01");
    EXPECT_TRUE(silent.is_closed());
    EXPECT_TRUE(slow.is_closed());
}

TEST_F(TlsServer, SaysWhenAnOrderlyConnectionEnds) {
    TestServer server(hello, with(folder_));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TestTlsClient client(server.port(), {version, version, ""});
        EXPECT_TRUE(client.ask("GET", "/", "Connection: close\r\n").whole);
        EXPECT_TRUE(client.is_closed());
        EXPECT_TRUE(client.has_seen_the_end());
    }
}

/// 40 MB, more than the socket buffers of both sides hold.
std::shared_ptr<TestSource> large_source() {
    auto source = std::make_shared<TestSource>();
    for (unsigned i = 0; i < 10; ++i)
        source->add_file(noise(4'000'000, i));
    return source;
}

TEST_F(TlsServer, TellsByAnAlertThatAnAnswerIsCut) {
    auto source = large_source();
    source->add_failure();
    source->promise_more(1);
    TestServer server(download_of(source), with(folder_));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TestTlsClient client(server.port(), {version, version, ""});
        const auto answer = client.ask("GET", "/");
        EXPECT_EQ(answer.status, 200U);
        EXPECT_FALSE(answer.whole);
        EXPECT_TRUE(client.has_seen_an_alert());
    }
}

TEST_F(TlsServer, TellsASlowClientTooThatItsAnswerIsCut) {
    auto source = large_source();
    source->truncate_file(3'000'000);
    TestServer server(download_of(source), with(folder_));
    TestTlsClient client(server.port());
    // Part of a record follows the request, in which the server's alert must not get lost.
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_EQ(::send(client.descriptor(), "\x17\x03\x03\x10", 4, MSG_NOSIGNAL), 4);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_FALSE(client.receive().whole);
    EXPECT_TRUE(client.has_seen_an_alert());
}

TEST_F(TlsServer, DoesNotSayThatAnAnswerCutByStoppingHasEnded) {
    TestServer server(download_of(large_source()), with(folder_));
    TestTlsClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    server.stop(seconds(0));
    server.join();
    EXPECT_FALSE(client.receive().whole);
    EXPECT_FALSE(client.has_seen_the_end());
}

TEST_F(TlsServer, CutsAnUploadThatOutlastsTheGrace) {
    TestServer server(
        [](const Request&) -> Reply { return std::make_unique<Echo>(); }, with(folder_)
    );
    TestTlsClient client(server.port());
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n" + noise(300'000));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    server.stop(seconds(0));
    server.join();
    EXPECT_FALSE(client.receive("PUT").whole);
}

TEST_F(TlsServer, AnswersBeforeTheBodyIsReadAndTheClientSeesIt) {
    TestServer server(
        [](const Request&) -> Reply { throw Error(ErrorKind::invalid_argument, "not this"); },
        with(folder_)
    );
    TestTlsClient client(server.port());
    const auto answer = client.ask("PUT", "/", "", noise(2'000'000));
    EXPECT_EQ(answer.status, 400U);
    EXPECT_TRUE(answer.whole);
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(client.has_seen_the_end());
}

TEST_F(TlsServer, ServesASlowReaderToTheEnd) {
    const auto source = large_source();
    TestServer server(download_of(source), with(folder_));
    TestTlsClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_TRUE(client.receive().body == source->content());
}

TEST_F(TlsServer, GoesOnWhenTheClientChangesItsKeys) {
    const auto source = mixed_source();
    TestServer server(download_of(source), with(folder_));
    TestTlsClient client(server.port(), {TLS1_3_VERSION, TLS1_3_VERSION, ""});
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(SSL_key_update(&client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
        EXPECT_TRUE(client.ask("GET", "/").body == source->content());
    }
}

/// Asks for new keys and reads none of the answers, until the server takes no more of it.
void fill_both_sockets(TestTlsClient& client) {
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    const int received = 4096;
    const int sent = 262'144;
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &received, sizeof received);
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_SNDBUF, &sent, sizeof sent);
    while (SSL_key_update(&client.ssl(), SSL_KEY_UPDATE_REQUESTED) == 1) {
        if (SSL_do_handshake(&client.ssl()) != 1) return;
    }
}

TEST_F(TlsServer, StopsAtOnceThoughAnIdleClientTakesNothing) {
    TestServer server(hello, with(folder_));
    TestTlsClient client(server.port(), {TLS1_3_VERSION, TLS1_3_VERSION, ""});
    ASSERT_TRUE(client.ask("GET", "/").whole);
    fill_both_sockets(client);
    const auto began = std::chrono::steady_clock::now();
    server.stop(seconds(40));
    server.join();
    EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(30));
}

TEST_F(TlsServer, DoesNotNegotiateAnew) {
    TestServer server(hello, with(folder_));
    TestTlsClient client(server.port(), {TLS1_2_VERSION, TLS1_2_VERSION, ""});
    EXPECT_EQ(client.ask("GET", "/").body, "hello");
    SSL_renegotiate(&client.ssl());
    EXPECT_NE(SSL_do_handshake(&client.ssl()), 1);
}

TEST_F(TlsServer, ShowsTheNewCertificateToNewConnectionsOnly) {
    TestServer server(hello, with(folder_));
    TestTlsClient running(server.port());
    const auto key = TestTlsFolder::make_ec_key();
    folder_.write_certificate({.name = "renewed"}, *key);
    EXPECT_THROW(server.reload_tls(), Error);  // the key is still the old one
    EXPECT_EQ(TestTlsClient(server.port()).server_name(), "localhost");
    folder_.write_key(*key);
    server.reload_tls();
    EXPECT_EQ(TestTlsClient(server.port()).server_name(), "renewed");
    EXPECT_EQ(running.ask("GET", "/").body, "hello");
    EXPECT_EQ(running.server_name(), "localhost");
}

TEST_F(TlsServer, ServesManyAtOnceWhileItReloads) {
    const auto source = mixed_source();
    TestServer server(download_of(source), with(folder_));
    std::atomic<int> whole = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            for (int n = 0; n < 4; ++n) {
                TestTlsClient client(server.port());
                if (client.ask("GET", "/").body == source->content()) ++whole;
            }
        });
    }
    for (int i = 0; i < 20; ++i)
        server.reload_tls();
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(whole, 32);
}

/// Where the kernel was thought to encrypt, but does not take the keys.
TEST(TlsChannel, EncryptsItselfWhenTheKernelDoesNotTakeOver) {
    const TestTlsFolder folder;
    const Tls tls(folder.files(), Tls::Kernel::encrypts);
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    const FileDescriptor near(sockets[0]), far(sockets[1]);
    std::string received;
    std::thread client([&] {
        const SslContext context(SSL_CTX_new(TLS_client_method()));
        const Ssl ssl(SSL_new(context.get()));
        SSL_set_fd(ssl.get(), far.get());
        char bytes[1000];
        EXPECT_EQ(SSL_connect(ssl.get()), 1);
        EXPECT_EQ(SSL_write(ssl.get(), "ping", 4), 4);
        for (int n = 0; (n = SSL_read(ssl.get(), bytes, sizeof bytes)) > 0;)
            received.append(bytes, static_cast<std::size_t>(n));
    });
    const auto channel = tls.make_channel(near.get(), "peer");
    std::string room(1000, '\0');
    auto opened = channel->open(room, 0);
    while (opened.progress == Channel::Progress::needs_more) {
        EXPECT_EQ(channel->flush(), 0);
        const auto inbox = channel->inbox(room);
        const auto count = ::recv(near.get(), inbox.data(), inbox.size(), 0);
        if (count <= 0) break;
        opened = channel->open(room, static_cast<std::size_t>(count));
    }
    EXPECT_EQ(room.substr(0, opened.count), "ping");
    const iovec text{room.data(), opened.count};
    EXPECT_EQ(channel->send(std::span(&text, 1), Channel::More::none), 4);
    channel->end();
    EXPECT_EQ(channel->flush(), 0);
    client.join();
    EXPECT_EQ(received, "ping");
}

}  // namespace
}  // namespace larmor::http
