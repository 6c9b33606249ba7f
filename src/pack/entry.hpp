// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "stream/source.hpp"

namespace larmor::pack {

constexpr std::size_t name_bytes_max = 65'535;  // the field of a zip

/// Seconds since 1970, in UTC. 1980-01-01 is what every member has unless its own time is kept; the
/// last that a zip can say is at the end of 2107.
constexpr std::int64_t fixed_time = 315'532'800;
constexpr std::int64_t latest_time = 4'354'819'198;

/// One member of an archive, all that its headers need. Valid names are UTF-8 with `/` between
/// folders, without NUL, not empty, unique in the archive, at most `name_bytes_max` bytes.
struct Entry {
    std::string name;
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    Sha256Digest sha256{};
    std::uint64_t content = 0;       // the caller's word for the bytes
    std::int64_t time = fixed_time;  // even, from fixed_time to latest_time
};

/// The bytes [from, to) of the content an entry names; called while sending, never before. May
/// block; throws Error when they cannot be had.
using ReadContent =
    std::function<stream::Segment(std::uint64_t content, std::uint64_t from, std::uint64_t to)>;

/// The members of an archive in their order, each made when it is asked for, so that a plan holds
/// neither names nor headers. Immutable, and safe to share between threads.
class Entries {
public:
    virtual ~Entries() = default;
    virtual std::size_t count() const = 0;
    /// The same for the same index at any time. Called once for each member while planning, and
    /// again when it is sent, so it should cost no more than making its name.
    virtual Entry at(std::size_t index) const = 0;
};

/// Entries at hand, for few of them.
class EntryList final : public Entries {
public:
    /// Throws corrupt when two of them have one name.
    explicit EntryList(std::vector<Entry> entries);
    std::size_t count() const override { return entries_.size(); }
    Entry at(std::size_t index) const override { return entries_[index]; }

private:
    std::vector<Entry> entries_;
};

/// Throws corrupt, saying why, when no archive can hold a member of this name.
void require_valid_name(const std::string& name);

/// The name of a member as its layout makes it, without regard to others.
using NameOf = std::function<std::string(std::size_t index)>;

/// What to call those of `members` (indexes in ascending order) that an earlier one shares its
/// name with, or whose name is a folder of another's: a deterministic suffix before the extension
/// ("a.dcm", "a_2.dcm"), itself checked against all others of the group. Takes 16 bytes for each
/// member, and the names of their folders, while it runs.
std::unordered_map<std::size_t, std::string> find_new_names(
    const std::vector<std::size_t>& members, const NameOf& name_of
);

}  // namespace larmor::pack
