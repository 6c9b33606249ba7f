// SPDX-License-Identifier: Apache-2.0
#include "http/sender.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.hpp"

namespace larmor::http {
namespace {

using Company = Sender::Company;
using Turn = Sender::Turn;

/// Two connected sockets; one end sends, and what has come out of the other is kept.
class SenderPair : public testing::Test {
protected:
    SenderPair() {
        int sockets[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets), 0);
        near_ = FileDescriptor(sockets[0]);
        far_ = FileDescriptor(sockets[1]);
        channel_ = make_plain_channel(near_.get());
    }

    void read_all() {
        std::string bytes(1 << 20, '\0');
        for (;;) {
            const auto count = ::recv(far_.get(), bytes.data(), bytes.size(), 0);
            if (count <= 0) return;
            received_.append(bytes, 0, static_cast<std::size_t>(count));
        }
    }

    /// The last turn's result.
    Turn send_all(Sender& sender) {
        for (;;) {
            const auto turn = sender.turn(Company::others);
            read_all();
            if (turn != Turn::used_up && turn != Turn::blocked) return turn;
        }
    }

    FileDescriptor near_;
    FileDescriptor far_;
    std::unique_ptr<Channel> channel_;
    std::string received_;
};

stream::FileSlice slice_of(std::string_view content) {
    return {temporary_file(content), 0, content.size()};
}

TEST_F(SenderPair, SendsTextsAndSlicesInOrder) {
    std::string expected;
    Batch batch;
    for (unsigned i = 0; i < 60; ++i) {
        const auto bytes = noise(i % 7 == 0 ? 300'000 : 10 + i, i);
        expected += bytes;
        if (i % 3 == 0) {
            batch.segments.emplace_back(slice_of(bytes));
        } else {
            batch.segments.emplace_back(bytes);
        }
    }
    Sender sender(*channel_);
    sender.add(std::move(batch));
    EXPECT_EQ(send_all(sender), Turn::drained);
    EXPECT_TRUE(received_ == expected);
    EXPECT_EQ(sender.sent_bytes(), expected.size());
}

TEST_F(SenderPair, StopsWhenTheSocketIsFull) {
    Batch batch;
    batch.segments.emplace_back(noise(10'000'000));
    Sender sender(*channel_);
    sender.add(std::move(batch));
    auto turn = Turn::used_up;
    while (turn == Turn::used_up)
        turn = sender.turn(Company::others);
    EXPECT_EQ(turn, Turn::blocked);
    EXPECT_EQ(send_all(sender), Turn::drained);
    EXPECT_TRUE(received_ == noise(10'000'000));
}

TEST_F(SenderPair, LeavesTheLoopToOthersAfterABoundedTurn) {
    const int room = 4 << 20;
    ::setsockopt(near_.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    Batch batch;
    for (int i = 0; i < 4; ++i)
        batch.segments.emplace_back(slice_of(noise(200'000)));
    Sender sender(*channel_);
    sender.add(std::move(batch));
    sender.turn(Company::others);
    EXPECT_LE(sender.sent_bytes(), 256U * 1024);
    EXPECT_GT(sender.sent_bytes(), 0U);
}

TEST_F(SenderPair, TellsAFileThatBecameShorterFromAClientThatLeft) {
    auto slice = slice_of(noise(100'000));
    slice.length += 1;
    std::vector<bool> told;
    slice.on_failure = std::make_shared<std::function<void(bool)>>([&](bool is_short) {
        told.push_back(is_short);
    });
    Batch batch;
    batch.segments.emplace_back(slice);
    Sender sender(*channel_);
    sender.add(std::move(batch));
    EXPECT_EQ(send_all(sender), Turn::file_failed);
    EXPECT_EQ(sender.sent_bytes(), 100'000U);
    EXPECT_THAT(told, testing::ElementsAre());
    sender.report_failure();
    EXPECT_THAT(told, testing::ElementsAre(true));

    far_.reset();
    Batch more;
    more.segments.emplace_back("text");
    Sender other(*channel_);
    other.add(std::move(more));
    EXPECT_EQ(other.turn(Company::alone), Turn::gone);
}

}  // namespace
}  // namespace larmor::http
