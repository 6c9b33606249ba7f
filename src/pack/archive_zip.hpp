// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pack/archive_budget.hpp"
#include "pack/archive_reader.hpp"
#include "pack/zip_end.hpp"

namespace larmor::pack {

/// Reads members as the central directory names them; stored and deflated ones.
std::unique_ptr<ArchiveReader> read_zip(
    std::shared_ptr<const stream::Source> zip, const ZipEnd& end, UnpackBudget& budget
);

}  // namespace larmor::pack
