// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/turn.hpp"

namespace larmor::storage {

/// The folder that objects lie in and the disk below it: whether they are there, can be written to
/// and have room. Thread-safe.
class ObjectDisk {
public:
    /// The folder must be there.
    ObjectDisk(std::string folder, std::uint64_t reserve_bytes);

    const std::string& folder() const { return folder_; }
    std::string path_of(const std::string& name) const { return folder_ + "/" + name; }

    /// Throws unavailable when the folder is gone, or its disk is not mounted, or another folder
    /// stands in its place: neither must look like lost objects, nor take writes.
    void require_present();
    /// Throws no_space when `bytes` more would not leave the reserve free.
    void require_room(std::uint64_t bytes) const;
    /// Throws when objects cannot be written now. Looks each time, and tries to write when the
    /// last trial is some seconds ago or something failed since; only then it waits for the disk.
    void check();
    /// Something could not be written; the next check() finds out by a synced write.
    void note_failure() { ++failures_; }

private:
    void require_same_archive();
    enum class Sync { no, yes };
    void try_to_write(Sync sync) const;

    const std::string folder_;
    const std::uint64_t reserve_bytes_;
    const bool mounted_;  // a disk of its own is mounted on the folder
    std::mutex id_mutex_;
    std::optional<std::string> archive_id_;  // once seen
    std::atomic<std::uint64_t> failures_ = 0;
    Turn trial_turn_;  // guards the two below
    std::uint64_t settled_failures_ = 0;
    std::optional<std::chrono::steady_clock::time_point> last_trial_;
};

}  // namespace larmor::storage
