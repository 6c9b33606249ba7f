// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive/archive_plan.hpp"
#include "http/request.hpp"

namespace larmor::api {

/// `structure`, `projectIncludedInPath`, `subjectIncludedInPath`, `mtime`, `missing`,
/// `compression`; an unknown structure is the default one, as in XNAT. Throws invalid_argument for
/// any other value that is unknown, naming it.
archive::ArchiveOptions read_archive_options(
    const http::Query& query, archive::ArchiveFormat format
);

}  // namespace larmor::api
