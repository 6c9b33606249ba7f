// SPDX-License-Identifier: Apache-2.0
#include "sql/kept_statement.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <soci/soci.h>

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

/// Where SOCI takes a parameter from; never moved, since it is bound by address.
struct Place {
    Type type = Type::integer;
    long long integer = 0;
    double number = 0;
    std::string text;
    soci::indicator indicator = soci::i_ok;
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

struct KeptStatement::State {
    State(soci::session& session, const Dialect& its_dialect)
        : dialect(its_dialect), statement(session) {}

    void bind_parameter(Place& place);
    void bind_column(Type type, Cell& cell, soci::indicator& indicator);
    void fill(const Parameters& parameters);
    void read_nulls();

    const Dialect& dialect;
    std::vector<Place> places;
    std::vector<Type> types;
    Row row;
    std::vector<soci::indicator> indicators;
    soci::statement statement;
    bool is_running = false;
};

KeptStatement::KeptStatement(
    soci::session& session,
    const Dialect& dialect,
    std::string_view text,
    const Parameters& parameters,
    const Targets& targets,
    Preparation preparation
)
    : state_(std::make_unique<State>(session, dialect)) {
    const auto named = name_parameters(text);
    if (named.count != parameters.size()) {
        throw std::logic_error("wrong number of parameters: " + std::string(text));
    }
    auto& state = *state_;
    state.places.resize(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        state.places[i].type = parameters[i].type();
        state.bind_parameter(state.places[i]);
    }
    state.row.resize(targets.size());
    state.indicators.resize(targets.size(), soci::i_ok);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        state.types.push_back(targets[i].type());
        state.bind_column(state.types[i], state.row[i], state.indicators[i]);
    }
    state.statement.alloc();
    state.statement.prepare(
        named.text,
        preparation == Preparation::kept ? soci::details::st_repeatable_query
                                         : soci::details::st_one_time_query
    );
    state.statement.define_and_bind();
}

KeptStatement::~KeptStatement() = default;

void KeptStatement::State::bind_parameter(Place& place) {
    switch (place.type) {
        case Type::integer: statement.exchange(soci::use(place.integer, place.indicator)); break;
        case Type::number: statement.exchange(soci::use(place.number, place.indicator)); break;
        case Type::text: statement.exchange(soci::use(place.text, place.indicator)); break;
    }
}

void KeptStatement::State::bind_column(Type type, Cell& cell, soci::indicator& indicator) {
    switch (type) {
        case Type::integer: statement.exchange(soci::into(cell.integer, indicator)); break;
        case Type::number: statement.exchange(soci::into(cell.number, indicator)); break;
        case Type::text: statement.exchange(soci::into(cell.text, indicator)); break;
    }
}

bool KeptStatement::fits(const Parameters& parameters, const Targets& targets) const {
    const auto& places = state_->places;
    const auto& types = state_->types;
    const auto same_place = [](const Place& place, const Parameter& parameter) {
        return place.type == parameter.type();
    };
    const auto same_column = [](Type type, const Into& target) { return type == target.type(); };
    return std::equal(
               places.begin(), places.end(), parameters.begin(), parameters.end(), same_place
           ) &&
           std::equal(types.begin(), types.end(), targets.begin(), targets.end(), same_column);
}

bool KeptStatement::is_running() const {
    return state_->is_running;
}

void KeptStatement::State::fill(const Parameters& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto& place = places[i];
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
    auto& state = *state_;
    state.fill(parameters);
    const RowsGuard guard(state.dialect, state.statement, state.is_running);
    bool has_row = state.statement.execute(true) && !state.row.empty();
    const auto changed = state.row.empty() ? state.statement.get_affected_rows() : 0;
    while (has_row) {
        state.read_nulls();
        on_row(state.row);
        has_row = state.statement.fetch();
    }
    return changed > 0 ? static_cast<std::size_t>(changed) : 0;
}

void KeptStatement::State::read_nulls() {
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i].is_null = indicators[i] == soci::i_null;
}

}  // namespace larmor::sql
