// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "pack/entry.hpp"

namespace larmor::pack {

/// A run of bytes of an archive: generated, or of a member's content. Counted from the beginning of
/// the member, or of whatever else it is a part of.
struct Piece {
    enum class Kind { generated, content };

    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    Kind kind = Kind::generated;
    std::string bytes{};             // when generated
    std::uint64_t content_from = 0;  // when content: where in it the piece begins
};

/// What an archive has become when all its members are laid out.
struct Totals {
    std::uint64_t entries = 0;
    std::uint64_t members_end = 0;     // from the beginning of the archive
    std::uint64_t records_length = 0;  // of all records behind the members
};

/// What a format puts around the contents of its members. An archive is: a head; each member; a
/// record for each member; an end. Everything is a function of the entry, so that a range can begin
/// anywhere. Immutable once note() has been called for every member.
class Form {
public:
    virtual ~Form() = default;
    /// The second half of an ETag: format, and version of our writer, which is raised whenever a
    /// byte of a golden file changes.
    virtual std::string tag() const = 0;
    /// Called once for each member, in order, before anything else is asked.
    virtual void note(const Entry& /*entry*/) {}
    virtual std::string head() const { return {}; }

    /// Never zero.
    virtual std::uint64_t member_length(const Entry& entry) const = 0;
    /// The piece that has the member's byte `at` (< its length).
    virtual Piece member_piece(const Entry& entry, std::uint64_t at) const = 0;

    /// Zero when the format has no such records; `offset` is where the member begins.
    virtual std::uint64_t record_length(const Entry& /*entry*/, std::uint64_t /*offset*/) const {
        return 0;
    }
    virtual void append_record(
        std::string& /*bytes*/, const Entry& /*entry*/, std::uint64_t /*offset*/
    ) const {}

    virtual std::string end(const Totals& totals) const = 0;
};

/// The same as plan_archive() in a form of the caller's. `read` is not called when no piece of the
/// form is content.
std::shared_ptr<const stream::Source> plan_form(
    std::unique_ptr<Form> form, std::shared_ptr<const Entries> entries, ReadContent read
);

}  // namespace larmor::pack
