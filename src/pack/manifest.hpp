// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/hash.hpp"
#include "pack/entry.hpp"

namespace larmor::pack {

/// The first half of an ETag: 128 bits of SHA-256 over names, sizes and SHA-256s of the entries in
/// their order, as hex.
class ManifestHash {
public:
    void push(const Entry& entry);
    /// Ends the reckoning; nothing may be pushed after it.
    std::string finish();

private:
    Sha256 hash_;
    std::string bytes_;
};

/// What the times of members add to the second half of an ETag: 64 bits of SHA-256 over those that
/// are not the fixed time, and nothing when there are none.
class TimesHash {
public:
    void push(std::size_t index, const Entry& entry);
    /// Ends the reckoning.
    std::string finish();

private:
    Sha256 hash_;
    bool is_empty_ = true;
};

}  // namespace larmor::pack
