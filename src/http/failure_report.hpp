// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stream/source.hpp"

namespace larmor::http {

/// Whether a read that failed so tells of its file or the disk below; a lack of memory or a wrong
/// call tells nothing of either.
bool is_disk_error(int error_number);

/// Tells whoever wants to know that the slice cannot be read to its end. May block.
void report_failure(const stream::FileSlice& slice, bool is_short) noexcept;

}  // namespace larmor::http
