// SPDX-License-Identifier: Apache-2.0
#include "http/test_server.hpp"

#include <cstdlib>
#include <random>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::http {

Answer TestApplication::answer_error(const Request&, std::exception_ptr error) noexcept {
    Answer answer;
    answer.status = 500;
    try {
        std::rethrow_exception(error);
    } catch (const Error& e) {
        if (e.kind() == ErrorKind::invalid_argument) answer.status = 400;
        if (e.kind() == ErrorKind::no_space) answer.status = 507;
        answer.body = std::string(e.what());
    } catch (const std::exception& e) {
        answer.body = std::string(e.what());
    }
    return answer;
}

namespace {

ServerOptions on_any_port(ServerOptions options) {
    options.port = 0;
    options.worker_threads = 4;
    return options;
}

class TestWalk : public stream::Segments {
public:
    std::optional<stream::Segment> next() override {
        if (fails_at && position == *fails_at) throw Error(ErrorKind::unavailable, "disk is gone");
        if (position == segments.size()) return {};
        return segments[position++];
    }

    std::vector<stream::Segment> segments;
    std::optional<std::size_t> fails_at;
    std::size_t position = 0;
};

std::uint64_t length_of(const stream::Segment& segment) {
    const auto* text = std::get_if<std::string>(&segment);
    return text != nullptr ? text->size() : std::get<stream::FileSlice>(segment).length;
}

stream::Segment cut(const stream::Segment& segment, std::uint64_t from, std::uint64_t to) {
    if (const auto* text = std::get_if<std::string>(&segment)) return text->substr(from, to - from);
    auto slice = std::get<stream::FileSlice>(segment);
    slice.offset += from;
    slice.length = to - from;
    return slice;
}

}  // namespace

TestServer::TestServer(TestApplication::Handle handle, ServerOptions options)
    : application_(std::move(handle)),
      server_(on_any_port(std::move(options)), application_),
      thread_([this] { server_.run(); }) {}

TestServer::~TestServer() {
    server_.stop(std::chrono::seconds(0));
    join();
}

void TestServer::join() {
    if (thread_.joinable()) thread_.join();
}

std::string TestResponse::header(std::string_view name) const {
    return std::string(headers.find(name).value_or(""));
}

TestClient::TestClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int one = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket_.get(), where, sizeof address) != 0) {
        throw std::runtime_error("cannot connect");
    }
}

void TestClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = write_some(bytes);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

ssize_t TestClient::write_some(std::string_view bytes) {
    return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

ssize_t TestClient::read_some(std::span<char> room) {
    return ::recv(socket_.get(), room.data(), room.size(), 0);
}

bool TestClient::fill() {
    char bytes[65536];
    const auto count = read_some(bytes);
    if (count < 0 && errno == ECONNRESET) reset_ = true;
    if (count < 0 && errno == EAGAIN) throw std::runtime_error("the server is silent");
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
}

std::string TestClient::take(std::size_t count, bool& whole) {
    while (buffer_.size() < count) {
        if (!fill()) {
            whole = false;
            return std::exchange(buffer_, {});
        }
    }
    auto bytes = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return bytes;
}

std::string TestClient::take_line(bool& whole) {
    auto end = buffer_.find("\r\n");
    for (; end == std::string::npos; end = buffer_.find("\r\n")) {
        if (!fill()) {
            whole = false;
            return std::exchange(buffer_, {});
        }
    }
    auto line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
}

std::string TestClient::take_chunks(bool& whole) {
    std::string body;
    while (whole) {
        const auto size = std::strtoull(take_line(whole).c_str(), nullptr, 16);
        if (whole) body += take(size, whole);
        if (whole) take_line(whole);
        if (size == 0) break;
    }
    return body;
}

TestResponse TestClient::receive(std::string_view method) {
    TestResponse response;
    response.whole = true;
    const auto status_line = take_line(response.whole);
    if (!response.whole) return response;
    response.status = static_cast<unsigned>(std::stoul(status_line.substr(9, 3)));
    while (response.whole) {
        const auto line = take_line(response.whole);
        if (line.empty()) break;
        const auto colon = line.find(':');
        response.headers.add(line.substr(0, colon), std::string(trim(line.substr(colon + 1))));
    }
    if (method == "HEAD" || response.status == 204 || response.status == 304) return response;
    if (response.status == 100) return response;
    if (response.header("Transfer-Encoding") == "chunked") {
        response.body = take_chunks(response.whole);
    } else if (const auto length = response.headers.find("Content-Length")) {
        response.body = take(std::stoull(std::string(*length)), response.whole);
    } else {
        response.body = receive_all();
    }
    return response;
}

TestResponse TestClient::ask(
    std::string_view method,
    std::string_view target,
    std::string_view headers,
    std::string_view body
) {
    std::string request = std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\n";
    request += "Host: localhost\r\n";
    request += headers;
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    send(request + "\r\n" + std::string(body));
    return receive(method);
}

std::string TestClient::receive_all() {
    while (fill()) {
    }
    auto bytes = std::exchange(buffer_, {});
    return reset_ ? bytes + '\x18' : bytes;
}

bool TestClient::is_closed() {
    while (fill()) {
    }
    return true;
}

void TestClient::close_sending() {
    ::shutdown(socket_.get(), SHUT_WR);
}

std::shared_ptr<const FileDescriptor> temporary_file(std::string_view content) {
    std::string path = "/tmp/larmor-http-test-XXXXXX";
    auto file = std::make_shared<FileDescriptor>(::mkstemp(path.data()));
    ::unlink(path.c_str());
    while (!content.empty()) {
        const auto count = ::write(file->get(), content.data(), content.size());
        if (count <= 0) throw std::runtime_error("cannot write a temporary file");
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return file;
}

void TestSource::add_text(std::string text) {
    content_ += text;
    segments_.emplace_back(std::move(text));
}

void TestSource::add_file(std::string_view content) {
    content_ += content;
    segments_.emplace_back(stream::FileSlice{temporary_file(content), 0, content.size()});
}

void TestSource::add_failure() {
    fails_at_ = segments_.size();
}

void TestSource::watch(const std::function<void(bool is_short)>& on_failure) {
    for (auto& segment : segments_) {
        auto* slice = std::get_if<stream::FileSlice>(&segment);
        if (slice == nullptr) continue;
        slice->on_failure = std::make_shared<std::function<void(bool)>>(on_failure);
    }
}

void TestSource::truncate_file(std::uint64_t length) const {
    const auto& slice = std::get<stream::FileSlice>(segments_.back());
    if (::ftruncate(slice.file->get(), static_cast<off_t>(length)) != 0) {
        throw std::runtime_error("cannot truncate a temporary file");
    }
}

std::unique_ptr<stream::Segments> TestSource::segments(std::uint64_t from, std::uint64_t to) const {
    auto walk = std::make_unique<TestWalk>();
    std::uint64_t begin = 0;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        const auto end = begin + length_of(segments_[i]);
        if (fails_at_ == i) walk->fails_at = walk->segments.size();
        if (end > from && begin < to) {
            const auto first = std::max(from, begin) - begin, last = std::min(to, end) - begin;
            walk->segments.push_back(cut(segments_[i], first, last));
        }
        begin = end;
    }
    if (fails_at_ == segments_.size()) walk->fails_at = walk->segments.size();
    return walk;
}

std::string noise(std::size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::string bytes;
    while (bytes.size() < count) {
        const auto word = random();
        bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    bytes.resize(count);
    return bytes;
}

}  // namespace larmor::http
