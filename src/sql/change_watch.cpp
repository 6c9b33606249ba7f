// SPDX-License-Identifier: Apache-2.0
#include "sql/change_watch.hpp"

#include <utility>

#include "sql/connection.hpp"

namespace larmor::sql {

ChangeWatch::ChangeWatch(const Dialect& dialect, Open open)
    : dialect_(dialect), open_([this, open = std::move(open)] {
          ++sessions_;
          return open();
      }) {}

std::string ChangeWatch::version() {
    const std::lock_guard lock(mutex_);
    begin_transaction(session_, open_);
    try {
        std::string version;
        Connection(*session_).read_row(dialect_.select_version(), {}, {version});
        session_->commit();
        return std::to_string(sessions_) + ':' + version;
    } catch (...) {
        session_->roll_back();
        throw;
    }
}

}  // namespace larmor::sql
