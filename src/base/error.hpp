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
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
    ErrorKind kind() const noexcept { return kind_; }

private:
    ErrorKind kind_;
};

/// The error of a failed system call on `thing`, from `errno`: ENOSPC and EDQUOT are no_space,
/// ENOENT is not_found, everything else unavailable.
Error system_error(const std::string& action, const std::string& thing, int error_number);

}  // namespace larmor
