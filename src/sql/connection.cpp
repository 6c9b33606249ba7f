// SPDX-License-Identifier: Apache-2.0
#include "sql/connection.hpp"

#include "sql/session.hpp"

namespace larmor::sql {
namespace {

void store(const Row& row, const Targets& targets) {
    for (std::size_t i = 0; i < targets.size(); ++i)
        targets[i].store(row[i]);
}

}  // namespace

std::size_t Connection::execute(std::string_view statement, const Parameters& parameters) {
    return session_.run(statement, parameters, {}, {});
}

bool Connection::read_row(
    std::string_view statement, const Parameters& parameters, const Targets& targets
) {
    bool found = false;
    session_.run(statement, parameters, targets, [&](const Row& row) {
        if (!found) store(row, targets);
        found = true;
    });
    return found;
}

void Connection::for_each(
    std::string_view statement,
    const Parameters& parameters,
    const Targets& targets,
    const std::function<void()>& on_row
) {
    session_.run(statement, parameters, targets, [&](const Row& row) {
        store(row, targets);
        on_row();
    });
}

bool Connection::is_writing() const {
    return session_.is_writing();
}

}  // namespace larmor::sql
