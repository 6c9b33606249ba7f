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

}  // namespace larmor::pack
