// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace larmor {

/// Why a request cannot be fulfilled. Knows nothing of HTTP or DIMSE; each protocol maps it.
enum class ErrorKind {
    invalid_argument,
    unauthenticated,
    forbidden,
    not_found,
    conflict,
    missing_content,  // the catalog knows that bytes of this selection are missing or damaged
    unprocessable,
    unsupported,
    too_large,
    precondition_failed,
    locked,
    no_space,
    corrupt,      // stored or received data contradicts itself
    unavailable,  // a database, disk or peer did not answer; a retry may succeed
};

/// Ends the current request. `what()` is written for the person who sent it and names the thing.
class Error : public std::runtime_error {
public:
    /// `reason`, a literal, says of a failure of the server itself what a stranger may know: no
    /// folder, no row (`the disk that holds the stored files is full`).
    Error(ErrorKind kind, const std::string& message, const char* reason = "")
        : std::runtime_error(message), kind_(kind), reason_(reason) {}
    ErrorKind kind() const noexcept { return kind_; }
    /// Empty when nothing may be told beyond the kind.
    const char* reason() const noexcept { return reason_; }

private:
    ErrorKind kind_;
    const char* reason_;
};

/// The error of a failed system call on `thing`, from `errno`: ENOSPC and EDQUOT are no_space,
/// ENOENT is not_found, everything else unavailable.
Error system_error(const std::string& action, const std::string& thing, int error_number);

}  // namespace larmor
