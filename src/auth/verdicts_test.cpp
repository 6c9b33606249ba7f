// SPDX-License-Identifier: Apache-2.0
#include "auth/verdicts.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor::auth {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr Verdicts::Limits limits{
    .waiting_max = 2,
    .remembered_max = 100,
    .true_remembered = seconds(60),
    .false_remembered = seconds(60),
};

/// A reckoning that begins, tells so, and ends when it is told to.
class HeldReckoning {
public:
    explicit HeldReckoning(Verdicts& verdicts) {
        answer_ = std::async(std::launch::async, [this, &verdicts] {
            return verdicts.ask("held", [this] {
                begun_.set_value();
                end_.get_future().wait();
                return true;
            });
        });
        begun_.get_future().wait();
    }
    bool release() {
        end_.set_value();
        return answer_.get();
    }

private:
    std::promise<void> begun_;
    std::promise<void> end_;
    std::future<bool> answer_;
};

void wait_until_waiting(Verdicts& verdicts, std::size_t count) {
    while (verdicts.waiting() != count)
        std::this_thread::yield();
}

TEST(Verdicts, ReckonAThousandEqualQuestionsOnce) {
    Verdicts verdicts(limits);
    int reckoned = 0;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(verdicts.ask("q", [&] { return ++reckoned > 0; }));
    }
    EXPECT_EQ(reckoned, 1);
}

TEST(Verdicts, ReckonEqualQuestionsThatComeTogetherOnce) {
    Verdicts verdicts({.waiting_max = 8, .remembered_max = 9, .true_remembered = seconds(60)});
    HeldReckoning held(verdicts);
    std::atomic<int> reckoned = 0;
    std::vector<std::future<bool>> answers;
    for (int i = 0; i < 8; ++i) {
        answers.push_back(std::async(std::launch::async, [&] {
            return verdicts.ask("q", [&] { return ++reckoned > 0; });
        }));
    }
    wait_until_waiting(verdicts, 8);
    EXPECT_TRUE(held.release());
    for (auto& answer : answers)
        EXPECT_TRUE(answer.get());
    EXPECT_EQ(reckoned, 1);
}

TEST(Verdicts, ReckonOneQuestionAtATime) {
    Verdicts verdicts({.waiting_max = 100, .remembered_max = 0});
    std::atomic<int> at_once = 0;
    std::atomic<int> most_at_once = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            verdicts.ask(std::to_string(i), [&] {
                most_at_once = std::max<int>(most_at_once, ++at_once);
                std::this_thread::yield();
                --at_once;
                return true;
            });
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(most_at_once, 1);
}

TEST(Verdicts, TurnAwayWhoComesWhenTooManyWait) {
    Verdicts verdicts(limits);
    HeldReckoning held(verdicts);
    const auto ask = [&](const std::string& question) {
        return std::async(std::launch::async, [&verdicts, question] {
            return verdicts.ask(question, [] { return true; });
        });
    };
    auto first = ask("first");
    auto second = ask("second");
    wait_until_waiting(verdicts, 2);
    try {
        verdicts.ask("third", [] { return true; });
        ADD_FAILURE() << "a third was let in";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), HasSubstr("try again"));
    }
    held.release();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
    EXPECT_TRUE(verdicts.ask("third", [] { return true; }));
}

/// What `count` threads that ask the held question get while it is reckoned.
struct Crowd {
    Crowd(Verdicts& verdicts, int count) {
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([this, &verdicts] {
                try {
                    answered += verdicts.ask("held", [] { return true; }) ? 1 : 0;
                } catch (const Error& error) {
                    turned_away += error.kind() == ErrorKind::unavailable ? 1 : 0;
                }
            });
        }
    }
    void join() {
        for (auto& thread : threads)
            thread.join();
    }
    /// Whether so many were turned away within ten seconds.
    bool sees_turned_away(int count) const {
        const auto end = std::chrono::steady_clock::now() + seconds(10);
        while (turned_away != count && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        return turned_away == count;
    }

    std::atomic<int> answered = 0;
    std::atomic<int> turned_away = 0;
    std::vector<std::thread> threads;
};

TEST(Verdicts, TurnAwayWhoAsksTheSameWhenTooManyWaitForIt) {
    Verdicts verdicts({.waiting_max = 8, .remembered_max = 9, .true_remembered = seconds(60)});
    HeldReckoning held(verdicts);
    Crowd crowd(verdicts, 50);
    EXPECT_TRUE(crowd.sees_turned_away(42));
    EXPECT_EQ(verdicts.waiting(), 8U);
    EXPECT_EQ(crowd.answered, 0);
    EXPECT_TRUE(held.release());
    crowd.join();
    EXPECT_EQ(crowd.answered, 8);
    EXPECT_EQ(verdicts.waiting(), 0U);
}

TEST(Verdicts, ServeAScriptThatBeginsWithFourRequestsAtOnce) {
    Verdicts verdicts({.waiting_max = 8, .remembered_max = 9, .true_remembered = seconds(60)});
    HeldReckoning held(verdicts);
    Crowd first(verdicts, 3);
    wait_until_waiting(verdicts, 3);
    EXPECT_TRUE(held.release());
    first.join();
    EXPECT_EQ(first.answered, 3);
    Crowd others(verdicts, 100);
    others.join();
    EXPECT_EQ(others.answered, 100);
    for (int i = 0; i < 1000; ++i)
        EXPECT_TRUE(verdicts.ask("held", [] { return false; }));
}

TEST(Verdicts, ServeRememberedAnswersWhileAReckoningRuns) {
    Verdicts verdicts({.waiting_max = 0, .remembered_max = 9, .true_remembered = seconds(60)});
    verdicts.ask("known", [] { return true; });
    HeldReckoning held(verdicts);
    EXPECT_TRUE(verdicts.ask("known", [] { return false; }));
    held.release();
}

TEST(Verdicts, LetAQuestionInWithoutAQueueWhenNobodyReckons) {
    Verdicts verdicts({.waiting_max = 0, .remembered_max = 0});
    EXPECT_TRUE(verdicts.ask("q", [] { return true; }));
    EXPECT_FALSE(verdicts.ask("q", [] { return false; }));
}

TEST(Verdicts, ForgetAFailureAndGoOn) {
    Verdicts verdicts(limits);
    const auto failing = []() -> bool { throw Error(ErrorKind::unavailable, "no memory"); };
    EXPECT_THROW(verdicts.ask("q", failing), Error);
    EXPECT_TRUE(verdicts.ask("q", [] { return true; }));
}

TEST(Verdicts, ForgetANegativeVerdictWhenItsTimeIsOver) {
    Verdicts verdicts({.remembered_max = 9, .true_remembered = seconds(60)});
    EXPECT_FALSE(verdicts.ask("q", [] { return false; }));
    EXPECT_TRUE(verdicts.ask("q", [] { return true; }));
}

}  // namespace
}  // namespace larmor::auth
