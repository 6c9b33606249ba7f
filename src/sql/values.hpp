// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace larmor::sql {

enum class Type : char { integer = 'i', number = 'd', text = 't' };

/// The value of one `?` of a statement. Views its text: it must not outlive the call.
class Parameter {
public:
    template <std::integral T>
    Parameter(T value) : type_(Type::integer), integer_(to_int64(value)) {}
    Parameter(double value) : type_(Type::number), number_(value) {}
    Parameter(std::string_view value) : type_(Type::text), text_(value) {}
    Parameter(const std::string& value) : Parameter(std::string_view(value)) {}
    Parameter(const char* value) : Parameter(std::string_view(value)) {}
    /// An empty optional is null. Not of std::string: only a copy of it would be viewed.
    template <class T>
    requires(std::is_arithmetic_v<T> || std::same_as<T, std::string_view>)
        Parameter(const std::optional<T>& value)
        : Parameter(value ? *value : T()) {
        is_null_ = !value;
    }

    Type type() const { return type_; }
    bool is_null() const { return is_null_; }
    std::int64_t integer() const { return integer_; }
    double number() const { return number_; }
    std::string_view text() const { return text_; }

private:
    template <std::integral T>
    static std::int64_t to_int64(T value) {
        if constexpr (std::unsigned_integral<T> && sizeof(T) == sizeof(std::int64_t)) {
            if (value > static_cast<T>(INT64_MAX)) throw_too_large(value);
        }
        return static_cast<std::int64_t>(value);
    }
    [[noreturn]] static void throw_too_large(std::uint64_t value);

    Type type_;
    bool is_null_ = false;
    std::int64_t integer_ = 0;
    double number_ = 0;
    std::string_view text_;
};

/// One column of the row that was just read.
struct Cell {
    bool is_null = true;
    long long integer = 0;
    double number = 0;
    std::string text;
};
using Row = std::vector<Cell>;

/// Where a column of each row goes. A null needs an optional; anything else that gets one, or an
/// integer that does not fit, is a mistake in the statement (std::logic_error).
class Into {
public:
    template <std::integral T>
    Into(T& target)
        : Into(Type::integer, &target, [](void* where, const Cell& cell) {
              store_integer(*static_cast<T*>(where), cell);
          }) {}
    Into(double& target);
    Into(std::string& target);
    /// For for_each() only; valid until the next row is read.
    Into(std::string_view& target);
    Into(std::optional<std::int64_t>& target);
    Into(std::optional<std::string>& target);

    Type type() const { return type_; }
    void store(const Cell& cell) const { store_(where_, cell); }

private:
    using StoreFunction = void (*)(void* where, const Cell& cell);
    Into(Type type, void* where, StoreFunction function)
        : type_(type), where_(where), store_(function) {}

    template <std::integral T>
    static void store_integer(T& target, const Cell& cell) {
        require_value(cell);
        target = static_cast<T>(cell.integer);
        if (static_cast<std::int64_t>(target) != cell.integer) throw_does_not_fit(cell.integer);
    }
    static void require_value(const Cell& cell);
    [[noreturn]] static void throw_does_not_fit(std::int64_t value);

    Type type_;
    void* where_;
    StoreFunction store_;
};

using Parameters = std::vector<Parameter>;
using Targets = std::vector<Into>;

}  // namespace larmor::sql
