// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "http/server.hpp"

// For the tests of this module: a server on a free port of the loopback, and a client that sends
// exactly the bytes it is told to.
namespace larmor::http {

/// Answers every request by the function it was given.
class TestApplication : public Application {
public:
    using Handle = std::function<Reply(const Request&)>;

    explicit TestApplication(Handle handle) : handle_(std::move(handle)) {}

    Reply handle(const Request& request) override { return handle_(request); }
    Answer answer_error(const Request& request, std::exception_ptr error) noexcept override;

private:
    Handle handle_;
};

/// Runs from construction to destruction.
class TestServer {
public:
    explicit TestServer(TestApplication::Handle handle, ServerOptions options = {});
    ~TestServer();

    std::uint16_t port() const { return server_.port(); }
    void stop(std::chrono::seconds grace) { server_.stop(grace); }
    void reload_tls() { server_.reload_tls(); }
    /// Waits until run() has returned.
    void join();

private:
    TestApplication application_;
    Server server_;
    std::thread thread_;
};

struct TestResponse {
    unsigned status = 0;
    Headers headers;
    std::string body;
    bool whole = false;  // false when the connection ended before the body did

    std::string header(std::string_view name) const;
};

class TestClient {
public:
    explicit TestClient(std::uint16_t port);
    virtual ~TestClient() = default;

    void send(std::string_view bytes);
    /// Reads one response; chunks are put together.
    TestResponse receive(std::string_view method = "GET");
    TestResponse ask(
        std::string_view method,
        std::string_view target,
        std::string_view headers = "",
        std::string_view body = ""
    );
    /// Everything until the end; `\x18` at the end stands for a reset.
    std::string receive_all();
    /// Whether the server has closed or reset within ten seconds.
    bool is_closed();
    void close_sending();
    void close() { socket_.reset(); }
    int descriptor() const { return socket_.get(); }
    /// What has come but was not asked for yet.
    const std::string& pending() const { return buffer_; }

protected:
    // As send and recv.
    virtual ssize_t write_some(std::string_view bytes);
    virtual ssize_t read_some(std::span<char> room);

private:
    bool fill();
    std::string take(std::size_t count, bool& whole);
    std::string take_line(bool& whole);
    std::string take_chunks(bool& whole);

    FileDescriptor socket_;
    std::string buffer_;
    bool reset_ = false;
};

/// Bytes in an unlinked temporary file.
std::shared_ptr<const FileDescriptor> temporary_file(std::string_view content);

/// A source of the given segments; `content` is what they add up to.
class TestSource : public stream::Source {
public:
    void add_text(std::string text);
    void add_file(std::string_view content);
    /// The walk throws when it comes to this point.
    void add_failure();
    /// The walk is `bytes` longer by declaration than in truth.
    void promise_more(std::uint64_t bytes) { promised_extra_ = bytes; }
    /// Every file's failure is told to this function; after the last add_file().
    void watch(const std::function<void(bool is_short)>& on_failure);
    /// Cuts the file that was added last.
    void truncate_file(std::uint64_t length) const;

    std::uint64_t length() const override { return content_.size() + promised_extra_; }
    std::string etag() const override { return "\"test-etag\""; }
    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to) const override;
    const std::string& content() const { return content_; }

private:
    std::vector<stream::Segment> segments_;
    std::optional<std::size_t> fails_at_;
    std::uint64_t promised_extra_ = 0;
    std::string content_;
};

/// Bytes without a pattern that a wrong offset could hide in; the same for the same seed.
std::string noise(std::size_t count, unsigned seed = 1);

}  // namespace larmor::http
