// SPDX-License-Identifier: Apache-2.0
#include "catalog/words.hpp"

#include <array>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace larmor::catalog {
namespace {

template <class Enum, std::size_t count>
using Words = std::array<std::pair<Enum, std::string_view>, count>;

constexpr Words<model::Accessibility, 3> accessibilities = {{
    {model::Accessibility::private_, "private"},
    {model::Accessibility::protected_, "protected"},
    {model::Accessibility::public_, "public"},
}};
constexpr Words<model::OwnerKind, 5> owner_kinds = {{
    {model::OwnerKind::project, "project"},
    {model::OwnerKind::subject, "subject"},
    {model::OwnerKind::experiment, "experiment"},
    {model::OwnerKind::scan, "scan"},
    {model::OwnerKind::reconstruction, "reconstruction"},
}};
constexpr Words<model::Direction, 3> directions = {{
    {model::Direction::none, ""},
    {model::Direction::out, "out"},
    {model::Direction::in, "in"},
}};
constexpr Words<model::BlobState, 3> blob_states = {{
    {model::BlobState::sound, "sound"},
    {model::BlobState::missing, "missing"},
    {model::BlobState::damaged, "damaged"},
}};

template <class Enum, std::size_t count>
std::string_view word_of(const Words<Enum, count>& words, Enum value) {
    for (const auto& [known, word] : words) {
        if (known == value) return word;
    }
    return "";
}

template <class Enum, std::size_t count>
Enum value_of(const Words<Enum, count>& words, std::string_view word) {
    for (const auto& [value, known] : words) {
        if (known == word) return value;
    }
    throw Error(
        ErrorKind::corrupt, "the catalog holds an unknown word '" + std::string(word) + "'"
    );
}

}  // namespace

std::string_view to_word(model::Accessibility value) {
    return word_of(accessibilities, value);
}
std::string_view to_word(model::OwnerKind value) {
    return word_of(owner_kinds, value);
}
std::string_view to_word(model::Direction value) {
    return word_of(directions, value);
}
std::string_view to_word(model::BlobState value) {
    return word_of(blob_states, value);
}

model::Accessibility to_accessibility(std::string_view word) {
    return value_of(accessibilities, word);
}
model::OwnerKind to_owner_kind(std::string_view word) {
    return value_of(owner_kinds, word);
}
model::Direction to_direction(std::string_view word) {
    return value_of(directions, word);
}
model::BlobState to_blob_state(std::string_view word) {
    return value_of(blob_states, word);
}

}  // namespace larmor::catalog
