// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace larmor::stream {

/// Bytes on their way in, pushed as they arrive. A sink destroyed before finish() abandons.
class Sink {
public:
    virtual ~Sink() = default;
    /// Blocks on a disk; throws Error, after which only abandon() may follow.
    virtual void push(std::span<const std::byte> bytes) = 0;
    /// Returns when the bytes survive a power cut.
    virtual void finish() = 0;
    /// Drops what was pushed.
    virtual void abandon() noexcept = 0;
};

}  // namespace larmor::stream
