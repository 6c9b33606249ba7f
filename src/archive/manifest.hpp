// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "archive/archive_plan.hpp"
#include "base/hash.hpp"
#include "stream/source.hpp"

// Texts that describe an archive: what is in it, and how to check that it is whole.
namespace larmor::archive {

/// What a manifest tells of a member of an archive.
struct ManifestMember {
    std::string name;  // in the archive
    ContentDigest digest;
    std::string uri;  // of the file, as in listings
    bool is_first = false;
};

/// What a manifest tells of the whole.
struct ManifestSummary {
    std::string name;  // of the selection
    std::string hash;  // the first half of the archive's ETag
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

/// How a manifest is written: a pure function of what it is given. May be called by several threads
/// at once, several times for a member; what it throws before the first byte is sent ends the
/// request.
class ManifestStyle {
public:
    virtual ~ManifestStyle() = default;
    /// Its word in the ETag, with the version of the writer: `md5sum1`.
    virtual std::string tag() const = 0;
    virtual std::string begin(const ManifestSummary& /*summary*/) const { return {}; }
    /// Never empty.
    virtual std::string member(const ManifestMember& member) const = 0;
    virtual std::string end() const { return {}; }
    /// What goes into the text besides names and contents of the members, so that the ETag must
    /// tell it: empty, or all of it that is the same for each member, when addresses go into it.
    virtual std::string addresses() const { return {}; }
};

/// The manifest of the plan's archive, which has members; laid out at once, and written while it is
/// sent. Its ETag is `"<manifest>-<tag>"`, with `.<64 bits of SHA-256 over names and addresses>`
/// behind it where the style has some.
std::shared_ptr<const stream::Source> write_manifest(
    std::shared_ptr<const ArchivePlan> plan, std::unique_ptr<const ManifestStyle> style
);

}  // namespace larmor::archive
