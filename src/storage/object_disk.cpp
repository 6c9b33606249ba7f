// SPDX-License-Identifier: Apache-2.0
#include "storage/object_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/hash.hpp"
#include "storage/archive_id.hpp"
#include "storage/disk_error.hpp"
#include "storage/object_writer.hpp"

namespace larmor::storage {
namespace {

constexpr auto trial_holds_for = std::chrono::seconds(5);
constexpr auto trial_patience = std::chrono::seconds(2);
constexpr unsigned small_disk_share = 16;
constexpr const char* gone = "the folder of the stored files is gone";
constexpr const char* full = "the disk that holds the stored files is full";

bool is_mount_point(const std::string& folder) {
    struct stat inside {};
    struct stat above {};
    return ::stat(folder.c_str(), &inside) == 0 && ::stat((folder + "/..").c_str(), &above) == 0 &&
           inside.st_dev != above.st_dev;
}

/// Absent when the disk does not say: what is then asked of it says more.
std::optional<struct statvfs> look_at_disk(const std::string& folder) {
    struct statvfs status {};
    if (::statvfs(folder.c_str(), &status) != 0) return {};
    return status;
}

}  // namespace

ObjectDisk::ObjectDisk(std::string folder, std::uint64_t reserve_bytes)
    : folder_(std::move(folder)),
      reserve_bytes_(reserve_bytes),
      mounted_(is_mount_point(folder_)) {}

void ObjectDisk::require_present() {
    struct stat status {};
    if (::stat(folder_.c_str(), &status) != 0 && errno != ENOENT && errno != ENOTDIR) {
        throw failed_read("cannot look at the storage folder", folder_, errno);
    }
    if (!S_ISDIR(status.st_mode)) {
        throw Error(ErrorKind::unavailable, "the storage folder '" + folder_ + "' is gone", gone);
    }
    if (mounted_ && !is_mount_point(folder_)) {
        throw Error(
            ErrorKind::unavailable,
            "the disk of the storage folder '" + folder_ + "' is not mounted",
            gone
        );
    }
    require_same_archive();
}

/// The id comes after the folder of a new archive, so it counts from when it was first seen.
void ObjectDisk::require_same_archive() {
    auto id = read_archive_id(folder_);
    const std::scoped_lock lock(id_mutex_);
    if (!archive_id_)
        archive_id_ = std::move(id);
    else if (id != archive_id_) {
        throw Error(
            ErrorKind::unavailable,
            "another folder stands in the place of the storage folder '" + folder_ +
                "': its archive-id is not " + *archive_id_,
            gone
        );
    }
}

void ObjectDisk::require_room(std::uint64_t bytes) const {
    const auto disk = look_at_disk(folder_);
    if (!disk || disk->f_blocks == 0) return;
    const std::uint64_t block = disk->f_frsize;
    const auto reserve = std::min(reserve_bytes_, disk->f_blocks * block / small_disk_share);
    const auto free = disk->f_bavail * block;
    if (free >= reserve && free - reserve >= bytes) return;
    throw Error(
        ErrorKind::no_space,
        "the disk of the storage folder '" + folder_ + "' has " + std::to_string(free) +
            " bytes left, wanted were " + std::to_string(bytes) + " and a reserve of " +
            std::to_string(reserve),
        free < reserve ? full : "the disk that holds the stored files has no room for so much"
    );
}

void ObjectDisk::check() {
    require_present();
    const auto disk = look_at_disk(folder_);
    if (disk && (disk->f_flag & ST_RDONLY) != 0)
        throw failed_write("cannot write to", folder_, EROFS);
    require_room(0);
    if (!trial_turn_.take(trial_patience)) {
        throw Error(
            ErrorKind::unavailable,
            "the disk of the storage folder '" + folder_ + "' does not answer",
            "the disk that holds the stored files does not answer"
        );
    }
    const TakenTurn taken(trial_turn_);
    const auto failures = failures_.load();
    const auto now = std::chrono::steady_clock::now();
    const bool has_failed = failures != settled_failures_;
    if (!has_failed && last_trial_ && now - *last_trial_ < trial_holds_for) return;
    last_trial_.reset();
    try_to_write(has_failed ? Sync::yes : Sync::no);
    last_trial_ = now;
    settled_failures_ = failures;
}

void ObjectDisk::try_to_write(Sync sync) const {
    const std::string path = path_of(".check-" + random_hex(8));
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) throw failed_write("cannot write to", folder_, errno);
    ::unlink(path.c_str());  // first, so that a crash leaves nothing
    const std::string block(4096, '\0');
    write_wholly(file, std::as_bytes(std::span(block)), folder_);
    if (sync == Sync::yes && ::fdatasync(file.get()) != 0) {
        throw failed_write("cannot sync a file in", folder_, errno);
    }
}

}  // namespace larmor::storage
