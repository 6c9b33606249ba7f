// SPDX-License-Identifier: Apache-2.0
#include "sql/kept_statement.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::sql {
namespace {

void require_storable(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw Error(ErrorKind::invalid_argument, "a text holds a NUL byte");
    }
    if (!is_valid_utf8(text)) {
        throw Error(
            ErrorKind::invalid_argument, "not valid UTF-8: '" + percent_encode(text, "/ ") + "'"
        );
    }
}

/// Lets no statement stay in the midst of its rows.
class RowsGuard {
public:
    RowsGuard(const Dialect& dialect, soci::statement& statement, bool& is_running)
        : dialect_(dialect), statement_(statement), is_running_(is_running) {
        is_running_ = true;
    }
    RowsGuard(const RowsGuard&) = delete;
    RowsGuard& operator=(const RowsGuard&) = delete;
    ~RowsGuard() {
        dialect_.close_rows(statement_);
        is_running_ = false;
    }

private:
    const Dialect& dialect_;
    soci::statement& statement_;
    bool& is_running_;
};

}  // namespace

NamedText name_parameters(std::string_view text) {
    NamedText result;
    bool is_quoted = false;
    bool is_comment = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\'' && !is_comment) is_quoted = !is_quoted;
        if (text.substr(i, 2) == "--" && !is_quoted) is_comment = true;
        if (c == '\n') is_comment = false;
        const bool is_plain = !is_quoted && !is_comment;
        if (c == ';' && is_plain) {
            throw std::logic_error("more than one statement: " + std::string(text));
        }
        if (c == '?' && is_plain) {
            result.text += ":p" + std::to_string(++result.count);
        } else {
            result.text += c;
        }
    }
    return result;
}

KeptStatement::KeptStatement(
    soci::session& session,
    const Dialect& dialect,
    std::string_view text,
    const Parameters& parameters,
    const Targets& targets,
    Preparation preparation
)
    : dialect_(dialect),
      row_(targets.size()),
      indicators_(targets.size(), soci::i_ok),
      statement_(session) {
    const auto named = name_parameters(text);
    if (named.count != parameters.size()) {
        throw std::logic_error("wrong number of parameters: " + std::string(text));
    }
    for (const auto& parameter : parameters)
        places_.emplace_back().type = parameter.type();
    for (const auto& target : targets)
        types_.push_back(target.type());
    bind();
    statement_.alloc();
    statement_.prepare(
        named.text,
        preparation == Preparation::kept ? soci::details::st_repeatable_query
                                         : soci::details::st_one_time_query
    );
    statement_.define_and_bind();
}

void KeptStatement::bind() {
    for (auto& place : places_) {
        switch (place.type) {
            case Type::integer:
                statement_.exchange(soci::use(place.integer, place.indicator));
                break;
            case Type::number: statement_.exchange(soci::use(place.number, place.indicator)); break;
            case Type::text: statement_.exchange(soci::use(place.text, place.indicator)); break;
        }
    }
    for (std::size_t i = 0; i < types_.size(); ++i) {
        auto& cell = row_[i];
        auto& indicator = indicators_[i];
        switch (types_[i]) {
            case Type::integer: statement_.exchange(soci::into(cell.integer, indicator)); break;
            case Type::number: statement_.exchange(soci::into(cell.number, indicator)); break;
            case Type::text: statement_.exchange(soci::into(cell.text, indicator)); break;
        }
    }
}

bool KeptStatement::fits(const Parameters& parameters, const Targets& targets) const {
    const auto same_place = [](const Place& place, const Parameter& parameter) {
        return place.type == parameter.type();
    };
    const auto same_column = [](Type type, const Into& target) { return type == target.type(); };
    return std::equal(
               places_.begin(), places_.end(), parameters.begin(), parameters.end(), same_place
           ) &&
           std::equal(types_.begin(), types_.end(), targets.begin(), targets.end(), same_column);
}

void KeptStatement::fill(const Parameters& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto& place = places_[i];
        const auto& parameter = parameters[i];
        if (parameter.type() == Type::text) require_storable(parameter.text());
        place.indicator = parameter.is_null() ? soci::i_null : soci::i_ok;
        place.integer = parameter.integer();
        place.number = parameter.number();
        place.text.assign(parameter.text());
    }
}

std::size_t KeptStatement::run(
    const Parameters& parameters, const std::function<void(const Row&)>& on_row
) {
    fill(parameters);
    const RowsGuard guard(dialect_, statement_, is_running_);
    bool has_row = statement_.execute(true) && !row_.empty();
    const auto changed = row_.empty() ? statement_.get_affected_rows() : 0;
    while (has_row) {
        read_nulls();
        on_row(row_);
        has_row = statement_.fetch();
    }
    return changed > 0 ? static_cast<std::size_t>(changed) : 0;
}

void KeptStatement::read_nulls() {
    for (std::size_t i = 0; i < row_.size(); ++i) {
        row_[i].is_null = indicators_[i] == soci::i_null;
    }
}

}  // namespace larmor::sql
