// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace larmor::pack {

/// Makes raw deflate (RFC 1951) of texts that are pushed, at the speed of a disk rather than as
/// small as can be. Takes about half a MiB. For one thread.
class Deflater {
public:
    enum class Last { no, yes };

    Deflater();
    ~Deflater();
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// Forgets what was pushed.
    void begin();
    /// Appends what comes out of it so far; all of it, with the last.
    void push(std::string_view input, Last last, std::string& output);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace larmor::pack
