// SPDX-License-Identifier: Apache-2.0
#include "sql/write_trial.hpp"

#include <chrono>

#include "sql/connection.hpp"

namespace larmor::sql {

void WriteTrial::run() {
    dialect_.check_place();
    if (!turn_.take(std::chrono::seconds(2))) {
        throw Error(
            ErrorKind::unavailable, "the last trial to write to the catalog hangs", catalog_fails
        );
    }
    const TakenTurn taken(turn_);
    const auto failures = writer_.failures();
    const auto commits = writer_.commits();
    try {
        write(failures != settled_failures_);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable || !writer_gets_on(commits)) throw;
        return;
    }
    settled_failures_ = failures;
}

void WriteTrial::write(bool has_failed) {
    begin_transaction(session_, open_);
    try {
        if (has_failed) write_something();
        session_->commit();
    } catch (...) {
        session_->roll_back();
        throw;
    }
}

/// To and back, for SQLite writes no page in which nothing changes.
void WriteTrial::write_something() {
    Connection connection(*session_);
    connection.execute("UPDATE schema_version SET version = version + 1");
    connection.execute("UPDATE schema_version SET version = version - 1");
}

bool WriteTrial::writer_gets_on(std::uint64_t commits_before) const {
    return writer_.is_writing() || writer_.commits() != commits_before;
}

}  // namespace larmor::sql
