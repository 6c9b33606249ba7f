// SPDX-License-Identifier: Apache-2.0
#include "http/prefetch.hpp"

#include <future>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/test_server.hpp"

namespace larmor::http {
namespace {

/// Says when it is destroyed.
struct Witness {
    explicit Witness(bool& flag) : is_gone(flag) {}
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness() { is_gone = true; }
    bool& is_gone;
};

std::unique_ptr<ReadAhead> walk_of(const TestSource& source) {
    return std::make_unique<ReadAhead>(source.segments(0, source.length()), source.length());
}

TEST(Prefetch, KeepsThePostFunctionUntilItHasReturned) {
    TestSource source;
    source.add_text("text");
    bool is_gone = false;
    bool was_gone_early = false;
    std::promise<void> let_go;
    {
        Workers lane(1);
        lane.submit([&] { let_go.get_future().wait(); });
        Prefetch::Loop loop;
        loop.wake = [] {};
        loop.post = [witness = std::make_shared<Witness>(is_gone), &was_gone_early](auto function) {
            const bool& gone = witness->is_gone;
            bool& early = was_gone_early;
            // A loop may run the function, and with it drop the last owner, before this returns.
            function();
            function = nullptr;
            early = gone;
        };
        auto prefetch = std::make_shared<Prefetch>(walk_of(source), lane, std::move(loop));
        prefetch->start();
        prefetch.reset();
        let_go.set_value();
    }
    EXPECT_FALSE(was_gone_early);
    EXPECT_TRUE(is_gone);
}

TEST(Prefetch, HandsOutEveryBatchAndThenWhatTheWalkThrew) {
    TestSource source;
    source.add_text(noise(300'000));
    source.add_failure();
    source.add_text("never seen");
    std::promise<void> first, second;
    int wakes = 0;
    Workers lane(1);
    Prefetch::Loop loop;
    loop.post = [](auto function) { function(); };
    loop.wake = [&] { (++wakes == 1 ? first : second).set_value(); };
    const auto prefetch = std::make_shared<Prefetch>(walk_of(source), lane, std::move(loop));
    prefetch->start();
    first.get_future().wait();
    EXPECT_EQ(prefetch->take().segments.size(), 1U);
    second.get_future().wait();
    EXPECT_FALSE(prefetch->is_over());
    EXPECT_THROW(prefetch->take(), Error);
}

}  // namespace
}  // namespace larmor::http
