// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "http/exchange.hpp"
#include "http/prefetch.hpp"
#include "http/request_reader.hpp"
#include "http/sender.hpp"
#include "http/socket.hpp"

namespace larmor::http {
namespace {

namespace asio = boost::asio;
using Clock = Connection::Clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> awaited;
constexpr auto awaited_tuple = asio::as_tuple(awaited);

constexpr std::size_t upload_piece = 256 << 10, linger_bytes_max = 64 << 20;

/// Resumes on `executor` when `work`, which lives in the caller's frame, has run on a worker.
template <class Work>
auto run_on(Workers& workers, Executor executor, Work& work) {
    auto initiate = [&workers, executor, &work](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        workers.submit([shared = std::move(shared), executor, &work]() mutable {
            work();
            asio::post(executor, [shared = std::move(shared)] { std::move (*shared)(); });
        });
    };
    return asio::async_initiate<decltype(awaited), void()>(std::move(initiate), awaited);
}

class TcpConnection : public Connection, public std::enable_shared_from_this<TcpConnection> {
public:
    TcpConnection(
        asio::io_context& loop,
        Peer peer,
        Surroundings& surroundings,
        std::function<bool()> is_alone
    )
        : descriptor_(std::move(peer.socket)),
          socket_(loop.get_executor(), asio::ip::tcp::v4(), descriptor_.get()),
          batch_ready_(loop.get_executor(), Clock::time_point::max()),
          channel_(make_plain_channel(descriptor_.get())),
          remote_(std::move(peer.address)),
          admission_(peer.admission),
          surroundings_(surroundings),
          is_alone_(std::move(is_alone)) {
        send_without_delay(descriptor_.get());
    }

    ~TcpConnection() override { close(); }

    void start(std::function<void()> when_over) override;
    void check_deadline(Clock::time_point now) override;
    void drain() override;
    void cut() override;

private:
    enum class Arrival { bytes, closed, too_late };

    Awaitable<void> serve();
    Awaitable<bool> serve_one();
    Awaitable<HeadArrival> receive_head();
    Awaitable<Arrival> receive(Clock::time_point deadline);
    void use_plain_channel();
    void begin(Exchange& exchange, HeadArrival arrival);
    Awaitable<void> receive_upload(Exchange& exchange);
    Awaitable<bool> fill(Exchange& exchange, std::span<std::byte> room, std::size_t& filled);
    Awaitable<void> invite_body();
    Awaitable<bool> send(Exchange& exchange);
    std::shared_ptr<Prefetch> begin_walk(Outgoing& outgoing);
    Awaitable<void> until_ready(const Prefetch& prefetch);
    void conclude(Exchange& exchange, Ending ending);
    Awaitable<Ending> transmit(Sender& sender, Prefetch* prefetch);
    Awaitable<Ending> take_batch(Sender& sender, Prefetch& prefetch);
    Awaitable<Ending> refresh(Sender& sender);
    Awaitable<Ending> report_failure(const Sender& sender);
    Awaitable<Ending> wait_writable();
    Awaitable<Ending> wait_flushable(int error_number);
    Awaitable<void> end_sending();
    Awaitable<void> linger();
    void abort();
    void close();

    FileDescriptor descriptor_;
    Socket socket_;      // borrows the descriptor
    Timer batch_ready_;  // cancelled when there is one
    std::unique_ptr<Channel> channel_;
    std::string remote_;
    Admission admission_;
    Surroundings& surroundings_;
    std::function<bool()> is_alone_;
    RequestReader reader_;
    bool is_idle_ = true;                        // no request has begun
    std::optional<Clock::time_point> deadline_;  // of the wait for the socket that is under way
    std::optional<int> unsent_;                  // as it was, while that is a wait for sending
    bool timed_out_ = false;
    bool is_first_request_ = true;
    bool lingers_ = false;
    bool aborted_ = false;
    bool told_ = false;    // by an alert, that its answer is cut
    std::string failure_;  // of the body that was being sent
    Clock::time_point request_began_;
};

void TcpConnection::start(std::function<void()> when_over) {
    auto finish = [self = shared_from_this(),
                   when_over = std::move(when_over)](const std::exception_ptr& error) {
        if (error) log(LogLevel::error, "a connection failed", {{"reason", reason_of(error)}});
        self->close();
        when_over();
    };
    asio::co_spawn(socket_.get_executor(), serve(), std::move(finish));
}

void TcpConnection::check_deadline(Clock::time_point now) {
    if (!deadline_) return;
    const auto& options = surroundings_.options;
    if (unsent_) {
        // A slow client takes bytes long before the socket asks for more of them.
        const auto unsent = unsent_bytes(descriptor_.get());
        if (options.comes_on(*unsent_ - unsent, options.stall_timeout)) {
            deadline_ = now + options.stall_timeout;
            unsent_ = unsent;
        }
    }
    if (now < *deadline_) return;
    timed_out_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void TcpConnection::drain() {
    boost::system::error_code ignored;
    if (is_idle_) socket_.cancel(ignored);
}

void TcpConnection::cut() {
    // A read under way holds a buffer that the channel may give up.
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    // Not closed here: the coroutine may be about to use the descriptor.
    aborted_ = true;
    told_ = channel_->break_off() && channel_->flush() == 0;
    if (!told_) abort();
    ::shutdown(descriptor_.get(), SHUT_RDWR);
}

Awaitable<void> TcpConnection::serve() {
    if (surroundings_.tls != nullptr) {
        channel_ = surroundings_.tls->make_channel(descriptor_.get(), remote_);
    }
    // g++ 12 miscompiles a co_await in a loop's condition.
    bool goes_on = true;
    while (goes_on)
        goes_on = co_await serve_one();
    if (!aborted_) co_await end_sending();
    if (lingers_ && !aborted_) co_await linger();
}

Awaitable<bool> TcpConnection::serve_one() {
    const auto arrival = co_await receive_head();
    if (arrival == HeadArrival::none) co_return false;
    is_idle_ = false;
    Exchange exchange;
    begin(exchange, arrival);
    if (arrival == HeadArrival::complete && !exchange.outgoing) {
        auto handle = [&] { exchange.handle(surroundings_.application); };
        co_await run_on(surroundings_.workers, socket_.get_executor(), handle);
    }
    if (exchange.upload) co_await receive_upload(exchange);
    bool goes_on = false;
    if (exchange.outgoing) goes_on = co_await send(exchange);
    if (!exchange.outgoing && aborted_) exchange.end = "cut by shutdown";
    exchange.log(Clock::now() - request_began_);
    co_return goes_on;
}

/// Waits for the next request: long for its first byte, shorter for all of its head.
Awaitable<HeadArrival> TcpConnection::receive_head() {
    const auto& options = surroundings_.options;
    auto progress = reader_.read_head();
    request_began_ = Clock::now();
    bool has_begun = reader_.has_bytes() || progress != RequestReader::Progress::needs_more;
    const bool hurries = has_begun || std::exchange(is_first_request_, false);
    auto deadline = request_began_ + (hurries ? options.header_timeout : options.idle_timeout);
    while (progress == RequestReader::Progress::needs_more) {
        is_idle_ = !has_begun;
        const auto arrival = co_await receive(deadline);
        if (arrival != Arrival::bytes) {
            if (!has_begun) co_return HeadArrival::none;
            const bool late = arrival == Arrival::too_late;
            co_return late ? HeadArrival::too_slow : HeadArrival::client_gone;
        }
        if (!has_begun) {
            has_begun = true;
            request_began_ = Clock::now();
            deadline = request_began_ + options.header_timeout;
        }
        progress = reader_.read_head();
    }
    const bool refused = progress == RequestReader::Progress::refused;
    co_return refused ? HeadArrival::refused : HeadArrival::complete;
}

Awaitable<TcpConnection::Arrival> TcpConnection::receive(Clock::time_point deadline) {
    const auto space = reader_.space();
    auto opened = channel_->open(space, 0);
    while (opened.progress == Channel::Progress::needs_more) {
        if (is_idle_ && surroundings_.stopping) co_return Arrival::closed;
        if (channel_->flush() != 0) {
            const auto ending = co_await wait_flushable(errno);
            if (ending != Ending::complete) co_return Arrival::closed;
            opened = channel_->open(space, 0);
            continue;
        }
        const auto inbox = channel_->inbox(space);
        deadline_ = deadline;
        timed_out_ = false;
        const auto [error, count] = co_await socket_.async_read_some(
            asio::buffer(inbox.data(), inbox.size()), awaited_tuple
        );
        deadline_.reset();
        if (error) co_return timed_out_ ? Arrival::too_late : Arrival::closed;
        opened = channel_->open(space, count);
    }
    if (opened.progress == Channel::Progress::ended) co_return Arrival::closed;
    if (opened.progress == Channel::Progress::unencrypted) use_plain_channel();
    reader_.received(opened.count);
    co_return Arrival::bytes;
}

/// A client that does not encrypt is told so, in words that it understands.
void TcpConnection::use_plain_channel() {
    channel_ = make_plain_channel(descriptor_.get());
    admission_ = Admission::unencrypted;
}

/// Fills in the request; the answer is there afterwards when it is refused.
void TcpConnection::begin(Exchange& exchange, HeadArrival arrival) {
    const bool is_encrypted = surroundings_.tls != nullptr && admission_ != Admission::unencrypted;
    exchange.request.id = surroundings_.next_request_id();
    exchange.request.remote_address = remote_;
    exchange.request.scheme = is_encrypted ? Scheme::https : Scheme::http;
    exchange.begin(reader_, arrival);
    if (arrival == HeadArrival::complete) exchange.admit(admission_);
}

Awaitable<void> TcpConnection::receive_upload(Exchange& exchange) {
    if (exchange.framing.expects_continue && !reader_.has_bytes()) co_await invite_body();
    const auto size = exchange.request.has_body ? upload_piece : 0;
    // Not zeroed: a slow client takes only the pages that it has filled.
    const auto piece = std::make_unique_for_overwrite<std::byte[]>(size);
    const std::span room(piece.get(), size);
    while (!exchange.outgoing) {
        std::size_t filled = 0;
        const bool arrived = co_await fill(exchange, room, filled);
        auto pass_on = [&] {
            if (!arrived) return exchange.abandon_upload();
            const bool is_last = reader_.is_body_complete();
            exchange.push(surroundings_.application, room.first(filled), is_last);
        };
        co_await run_on(surroundings_.workers, socket_.get_executor(), pass_on);
        if (!arrived) co_return;
    }
}

/// Until the room is full or the body is complete; false when the rest will not come.
Awaitable<bool> TcpConnection::fill(
    Exchange& exchange, std::span<std::byte> room, std::size_t& filled
) {
    const auto timeout = surroundings_.options.body_timeout;
    auto deadline = Clock::now() + timeout;
    std::size_t counted = 0;
    while (exchange.request.has_body) {
        const auto read = reader_.read_body(room.subspan(filled));
        filled += read.count;
        if (surroundings_.options.comes_on(static_cast<std::int64_t>(filled - counted), timeout)) {
            deadline = Clock::now() + timeout;
            counted = filled;
        }
        if (read.progress == RequestReader::Progress::refused) {
            exchange.refuse(reader_.refusal());
            co_return false;
        }
        if (read.progress == RequestReader::Progress::complete || filled == room.size()) break;
        const auto arrival = co_await receive(deadline);
        if (arrival == Arrival::too_late) {
            exchange.refuse({408, "the request body comes too slowly"});
        }
        if (arrival != Arrival::bytes) co_return false;
    }
    co_return true;
}

Awaitable<void> TcpConnection::invite_body() {
    Batch batch;
    batch.segments.emplace_back("HTTP/1.1 100 Continue\r\n\r\n");
    Sender sender(*channel_);
    sender.add(std::move(batch));
    // Should it fail, then so will receiving the body.
    co_await transmit(sender, nullptr);
}

/// Whether another request may follow.
Awaitable<bool> TcpConnection::send(Exchange& exchange) {
    auto& outgoing = *exchange.outgoing;
    const bool body_read = !exchange.refused && discard_body(reader_, *channel_, descriptor_.get());
    const bool keep_alive = body_read && exchange.framing.keep_alive && !outgoing.ends_by_closing &&
                            !surroundings_.stopping;
    lingers_ = !keep_alive && (!body_read || reader_.has_bytes() || channel_->unread_bytes() > 0);
    exchange.status = outgoing.status;
    using Afterwards = Exchange::Afterwards;
    const auto head_bytes =
        exchange.end_head(keep_alive ? Afterwards::keep_alive : Afterwards::close);
    Sender sender(*channel_);
    sender.add(std::move(outgoing.first));
    const auto prefetch = begin_walk(outgoing);
    const auto ending = co_await transmit(sender, prefetch.get());
    if (prefetch) {
        co_await until_ready(*prefetch);
        prefetch->let_go();
    }
    exchange.body_bytes = sender.sent_bytes() - std::min(sender.sent_bytes(), head_bytes);
    conclude(exchange, ending);
    co_return keep_alive&& ending == Ending::complete;
}

std::shared_ptr<Prefetch> TcpConnection::begin_walk(Outgoing& outgoing) {
    if (!outgoing.rest) return nullptr;
    const bool disk = outgoing.lane == Outgoing::Lane::disk;
    auto& lane = disk ? surroundings_.readers : surroundings_.workers;
    Prefetch::Loop loop;
    loop.post = [executor = socket_.get_executor()](std::function<void()> function) {
        asio::post(executor, std::move(function));
    };
    loop.wake = [self = shared_from_this()] { self->batch_ready_.cancel(); };
    auto prefetch = std::make_shared<Prefetch>(std::move(outgoing.rest), lane, std::move(loop));
    prefetch->start();
    return prefetch;
}

Awaitable<void> TcpConnection::until_ready(const Prefetch& prefetch) {
    while (prefetch.is_running())
        co_await batch_ready_.async_wait(awaited_tuple);
}

void TcpConnection::conclude(Exchange& exchange, Ending ending) {
    exchange.conclude(ending, failure_);
    if (ending == Ending::complete) return;
    if (aborted_) exchange.end = "cut by shutdown";
    // Closing beside what the client has sent meanwhile could take the alert with it.
    lingers_ = ending == Ending::failed && !aborted_ && channel_->break_off();
    if (!lingers_ && !told_) abort();
}

Awaitable<Ending> TcpConnection::transmit(Sender& sender, Prefetch* prefetch) {
    auto next = Ending::complete;
    for (;;) {
        const auto company = is_alone_() ? Sender::Company::alone : Sender::Company::others;
        switch (sender.turn(company)) {
            case Sender::Turn::used_up: co_await asio::post(socket_.get_executor(), awaited); break;
            case Sender::Turn::blocked: next = co_await wait_writable(); break;
            case Sender::Turn::stale: next = co_await refresh(sender); break;
            case Sender::Turn::gone: co_return Ending::client_gone;
            case Sender::Turn::file_failed: co_return co_await report_failure(sender);
            case Sender::Turn::drained:
                if (prefetch == nullptr || prefetch->is_over()) co_return Ending::complete;
                next = co_await take_batch(sender, *prefetch);
        }
        if (next != Ending::complete) co_return next;
    }
}

Awaitable<Ending> TcpConnection::take_batch(Sender& sender, Prefetch& prefetch) {
    co_await until_ready(prefetch);
    try {
        auto batch = prefetch.take();
        if (batch.is_pause() && has_hung_up(descriptor_.get())) co_return Ending::client_gone;
        sender.add(std::move(batch));
    } catch (const std::exception& error) {
        failure_ = error.what();
        co_return Ending::failed;
    }
    co_return Ending::complete;
}

Awaitable<Ending> TcpConnection::refresh(Sender& sender) {
    std::exception_ptr error;
    auto read = [&] {
        try {
            sender.refresh();
        } catch (...) {
            error = std::current_exception();
        }
    };
    co_await run_on(surroundings_.readers, socket_.get_executor(), read);
    if (!error) co_return Ending::complete;
    failure_ = reason_of(error);
    co_return Ending::failed;
}

Awaitable<Ending> TcpConnection::report_failure(const Sender& sender) {
    failure_ = "a stored file could not be read to its end";
    auto report = [&] { sender.report_failure(); };
    co_await run_on(surroundings_.readers, socket_.get_executor(), report);
    co_return Ending::failed;
}

Awaitable<Ending> TcpConnection::wait_writable() {
    unsent_ = unsent_bytes(descriptor_.get());
    deadline_ = Clock::now() + surroundings_.options.stall_timeout;
    timed_out_ = false;
    const auto [error] = co_await socket_.async_wait(Socket::wait_write, awaited_tuple);
    deadline_.reset();
    unsent_.reset();
    if (!error) co_return Ending::complete;
    co_return timed_out_ ? Ending::stalled : Ending::client_gone;
}

/// After a flush that failed: until it is worth another try.
Awaitable<Ending> TcpConnection::wait_flushable(int error_number) {
    if (error_number != EAGAIN) co_return Ending::client_gone;
    co_return co_await wait_writable();
}

/// Says that all has been said, which no answer that was cut may seem to say. A client without a
/// request is not waited for when the server stops.
Awaitable<void> TcpConnection::end_sending() {
    for (auto ending = Ending::complete; ending == Ending::complete;) {
        channel_->end();
        if (channel_->flush() == 0 || (is_idle_ && surroundings_.stopping)) co_return;
        ending = co_await wait_flushable(errno);
    }
}

/// Reads what still comes, else closing would be a reset, which takes the answer with it.
Awaitable<void> TcpConnection::linger() {
    ::shutdown(descriptor_.get(), SHUT_WR);
    is_idle_ = false;
    std::vector<char> dropped(64 * 1024);
    std::size_t total = 0;
    const auto until = Clock::now() + std::chrono::seconds(5);
    while (total < linger_bytes_max && Clock::now() < until) {
        deadline_ = until;
        const auto [error, count] =
            co_await socket_.async_read_some(asio::buffer(dropped), awaited_tuple);
        deadline_.reset();
        if (error) co_return;
        total += count;
    }
}

/// Makes closing a reset: no shorter answer may look like a whole one.
void TcpConnection::abort() {
    aborted_ = true;
    reset_on_close(descriptor_.get());
}

void TcpConnection::close() {
    boost::system::error_code ignored;
    if (socket_.is_open()) socket_.release(ignored);
    descriptor_.reset();
}

}  // namespace

std::shared_ptr<Connection> make_connection(
    asio::io_context& loop, Peer peer, Surroundings& surroundings, std::function<bool()> is_alone
) {
    return std::make_shared<TcpConnection>(
        loop, std::move(peer), surroundings, std::move(is_alone)
    );
}

}  // namespace larmor::http
