// SPDX-License-Identifier: Apache-2.0
#include "http/failure_report.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>

#include "base/log.hpp"

namespace larmor::http {

bool is_disk_error(int error_number) {
    // Beside EIO: a file that a network disk has lost, what file systems say when their own
    // checksums are wrong, and what a device says of a bad sector or of itself.
    constexpr int disk_errors[] = {
        EIO, ESTALE, EUCLEAN, EBADMSG, EILSEQ, ENODATA, EREMOTEIO, ENXIO, ENODEV};
    return std::ranges::find(disk_errors, error_number) != std::end(disk_errors);
}

void report_failure(const stream::FileSlice& slice, bool is_short) noexcept {
    if (!slice.on_failure || !*slice.on_failure) return;
    try {
        (*slice.on_failure)(is_short);
    } catch (const std::exception& error) {
        log(LogLevel::error,
            "the failure of a stored file could not be marked",
            {{"reason", error.what()}});
    } catch (...) {
        log(LogLevel::error, "the failure of a stored file could not be marked");
    }
}

}  // namespace larmor::http
