// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>

#include "catalog/catalog.hpp"
#include "storage/blob_store.hpp"

namespace larmor::archive {

/// How long content that no file has stays, so that a backup of the objects that began before
/// and a running download find it: seven days.
inline constexpr UnixMillis grace_period = 7LL * 24 * 3600 * 1000;

struct Swept {
    std::size_t blobs = 0;          // rows, with their objects
    std::size_t orphans = 0;        // objects that no row names
    std::size_t spared = 0;         // such objects that were left, being more than those of rows
    std::size_t stuck = 0;          // objects that could not be removed now
    std::string first_reason = {};  // of those
};

/// Removes what has been unreferenced since before `now - grace_period`: rows first, each batch
/// in a transaction, then their objects; then objects without a row that are older than that.
/// When most of the old objects have no row, none of them goes: the store is then likelier to
/// be that of another catalog than full of rubbish. Ends early when `stop` is asked for; what was
/// done until then is done.
Swept sweep(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    UnixMillis now,
    const std::stop_token& stop = {}
);

enum class Thoroughness { sizes, hashes };
struct CheckReport {
    std::size_t blobs = 0;
    std::size_t orphans = 0;  // objects without a row: surplus, not an error
    std::size_t problems = 0;
};
/// Compares the catalog with itself and with the store; calls `tell` with a sentence for each
/// problem. With Thoroughness::hashes every object is read. Marks the blobs whose objects are
/// missing or damaged, and takes the mark from those that are sound again; changes nothing else.
CheckReport check_archive(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    Thoroughness thoroughness,
    const std::function<void(const std::string&)>& tell
);

}  // namespace larmor::archive
