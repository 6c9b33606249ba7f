// SPDX-License-Identifier: Apache-2.0
#include "sql/session.hpp"

#include <soci/soci.h>

namespace larmor::sql {
namespace {

constexpr std::size_t kept_statements_max = 128;
/// Longer ones hold lists of keys and are hardly ever met again.
constexpr std::size_t kept_text_max = 2000;

}  // namespace

Session::Session(const Dialect& dialect, Access access)
    : dialect_(dialect),
      access_(access),
      patience_(access == Access::trying ? short_patience : full_patience) {
    guard([&] { session_ = dialect_.connect(access_); });
}

Session::~Session() = default;

std::size_t Session::run(
    std::string_view text,
    const Parameters& parameters,
    const Targets& targets,
    const std::function<void(const Row&)>& on_row
) {
    rethrow_failure();
    std::size_t changed = 0;
    try {
        guard([&] {
            const auto known = by_text_.find(text);
            const bool is_nested =
                known != by_text_.end() && known->second->statement->is_running();
            if (text.size() > kept_text_max || is_nested) {
                KeptStatement once(
                    *session_, dialect_, text, parameters, targets, Preparation::once
                );
                changed = once.run(parameters, on_row);
            } else {
                changed = keep(text, parameters, targets).run(parameters, on_row);
            }
        });
    } catch (...) {
        if (failure_) discard(text);
        throw;
    }
    return changed;
}

KeptStatement& Session::keep(
    std::string_view text, const Parameters& parameters, const Targets& targets
) {
    auto known = by_text_.find(text);
    if (known != by_text_.end() && !known->second->statement->fits(parameters, targets)) {
        discard(text);
        known = by_text_.end();
    }
    if (known != by_text_.end()) {
        kept_.splice(kept_.begin(), kept_, known->second);
        return *kept_.front().statement;
    }
    auto statement = std::make_unique<KeptStatement>(
        *session_, dialect_, text, parameters, targets, Preparation::kept
    );
    if (kept_.size() >= kept_statements_max) evict_oldest();
    kept_.push_front({std::string(text), std::move(statement)});
    by_text_.emplace(kept_.front().text, kept_.begin());
    return *kept_.front().statement;
}

void Session::evict_oldest() {
    for (auto kept = kept_.end(); kept != kept_.begin();) {
        --kept;
        if (kept->statement->is_running()) continue;
        by_text_.erase(kept->text);
        kept_.erase(kept);
        return;
    }
}

void Session::discard(std::string_view text) {
    const auto known = by_text_.find(text);
    if (known == by_text_.end() || known->second->statement->is_running()) return;
    const auto kept = known->second;
    by_text_.erase(known);
    discarded_.push_back(std::move(kept->statement));
    kept_.erase(kept);
}

void Session::guard(const std::function<void()>& function) {
    try {
        function();
    } catch (const soci::soci_error& error) {
        const auto failure = dialect_.to_failure(error);
        is_broken_ = is_broken_ || failure.spoils_connection;
        failure_ = failure.error;
        throw Error(*failure_);
    }
}

void Session::control(std::string_view text) {
    guard([&] { KeptStatement(*session_, dialect_, text, {}, {}, Preparation::once).run({}, {}); });
}

void Session::set_patience(std::chrono::milliseconds patience) {
    if (patience == patience_) return;
    control(dialect_.wait_for_locks(patience));
    patience_ = patience;
}

void Session::begin() {
    failure_.reset();
    try {
        const bool is_reading = access_ == Access::reading;
        control(is_reading ? dialect_.begin_read() : dialect_.begin_write());
        if (is_writing() && !dialect_.lock_out_writers().empty()) {
            control(dialect_.lock_out_writers());
        }
    } catch (...) {
        roll_back();
        throw;
    }
}

void Session::commit() {
    // PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK and no error.
    rethrow_failure();
    control("COMMIT");
    discarded_.clear();
}

void Session::savepoint() {
    control("SAVEPOINT request");
}

void Session::release_savepoint() {
    rethrow_failure();
    control("RELEASE SAVEPOINT request");
}

void Session::roll_back_to_savepoint() {
    failure_.reset();
    control("ROLLBACK TO SAVEPOINT request");
    control("RELEASE SAVEPOINT request");
    discarded_.clear();
}

void Session::roll_back() noexcept {
    try {
        if (is_in_transaction()) control("ROLLBACK");
        discarded_.clear();
    } catch (...) {
        is_broken_ = true;
    }
    failure_.reset();
}

void Session::rethrow_failure() const {
    if (failure_) throw Error(*failure_);
}

bool Session::is_in_transaction() const {
    return dialect_.is_in_transaction(*session_);
}

bool Session::is_usable() const {
    return !is_broken_ && dialect_.is_connected(*session_);
}

void begin_transaction(
    std::unique_ptr<Session>& session, const std::function<std::unique_ptr<Session>()>& open
) {
    if (session && !session->is_usable()) session.reset();
    const bool is_new = !session;
    if (is_new) session = open();
    try {
        session->begin();
    } catch (const Error&) {
        if (is_new || session->is_usable()) throw;
        session = open();
        session->begin();
    }
}

}  // namespace larmor::sql
