// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sql/dialect.hpp"
#include "sql/kept_statement.hpp"

namespace larmor::sql {

/// One connection to the database with its transaction and its kept statements. Every failure
/// of the database leaves here as an Error. Not thread-safe.
class Session {
public:
    /// `dialect` must outlive it.
    Session(const Dialect& dialect, Access access);
    ~Session();

    std::size_t run(
        std::string_view text,
        const Parameters& parameters,
        const Targets& targets,
        const std::function<void(const Row&)>& on_row
    );

    /// How long the transactions from now on wait for the lock of another process.
    void set_patience(std::chrono::milliseconds patience);
    void begin();
    void commit();
    void savepoint();
    void release_savepoint();
    void roll_back_to_savepoint();
    /// Ends the transaction if there is one. When even that fails, is_usable() turns false.
    void roll_back() noexcept;

    /// Throws the error that a statement of this transaction has met, however it was swallowed.
    void rethrow_failure() const;
    bool is_in_transaction() const;
    bool is_writing() const { return access_ == Access::writing; }
    bool is_usable() const;

private:
    struct Kept {
        std::string text;
        std::unique_ptr<KeptStatement> statement;
    };
    using KeptList = std::list<Kept>;

    /// Runs `function`, turning an error of the database into ours, and remembers it.
    void guard(const std::function<void()>& function);
    void control(std::string_view text);
    KeptStatement& keep(
        std::string_view text, const Parameters& parameters, const Targets& targets
    );
    void evict_oldest();
    void discard(std::string_view text);

    const Dialect& dialect_;
    Access access_;
    std::unique_ptr<soci::session> session_;
    KeptList kept_;  // the one used last in front
    std::unordered_map<std::string_view, KeptList::iterator> by_text_;
    /// Not to be used again, and closed when the transaction (or savepoint) has ended:
    /// PostgreSQL cannot close a statement in a transaction that has failed.
    std::vector<std::unique_ptr<KeptStatement>> discarded_;
    std::optional<Error> failure_;
    bool is_broken_ = false;
    std::chrono::milliseconds patience_;
};

/// Begins a transaction on `session`, after opening it anew when it has been lost.
void begin_transaction(
    std::unique_ptr<Session>& session, const std::function<std::unique_ptr<Session>()>& open
);

}  // namespace larmor::sql
