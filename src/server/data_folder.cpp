// SPDX-License-Identifier: Apache-2.0
#include "server/data_folder.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace larmor::server {
namespace {

void create_folder(const std::filesystem::path& path) {
    const auto parent = std::filesystem::absolute(path).parent_path();
    std::error_code error;
    std::filesystem::create_directories(parent, error);
    if (error) throw system_error("create", "the folder " + parent.string(), error.value());
    const bool is_new = ::mkdir(path.c_str(), 0700) == 0;
    if (!is_new && errno != EEXIST) {
        throw system_error("create", "the data folder " + path.string(), errno);
    }
    if (!std::filesystem::is_directory(path)) {
        throw Error(
            ErrorKind::invalid_argument,
            fmt::format("the data folder {} is a file, not a folder", path.string())
        );
    }
}

void refuse_network_disk(const std::filesystem::path& path) {
    struct statfs status {};
    if (::statfs(path.c_str(), &status) != 0) {
        throw system_error("examine", "the data folder " + path.string(), errno);
    }
    if (const auto name = network_file_system(static_cast<long>(status.f_type))) {
        throw Error(
            ErrorKind::unsupported,
            fmt::format(
                "the data folder {} is on a network disk ({}), on which the catalog would break: "
                "take a local disk for --data; only --objects may be on a network disk",
                path.string(),
                *name
            )
        );
    }
}

std::string holder_of(const FileDescriptor& lock) {
    std::array<char, 32> text{};
    const auto length = ::pread(lock.get(), text.data(), text.size(), 0);
    const auto digits = trim({text.data(), length > 0 ? static_cast<std::size_t>(length) : 0});
    return digits.empty() ? "another process" : fmt::format("process {}", digits);
}

/// Only so that another process can name this one: a disk that is full must not keep the server
/// from a start after which something can be deleted.
void write_holder(const FileDescriptor& lock) {
    const auto text = fmt::format("{}\n", ::getpid());
    const bool written =
        ::ftruncate(lock.get(), 0) == 0 &&
        ::pwrite(lock.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) {
        log(LogLevel::warning,
            "the lock file of the data folder cannot be written to",
            {{"reason", std::generic_category().message(errno)}});
    }
}

/// The kernel lets go of the lock when the process ends, however it ends. The file stays.
FileDescriptor lock_folder(const std::filesystem::path& path) {
    const auto name = (path / "larmor.lock").string();
    FileDescriptor lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open()) throw system_error("open", name, errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) throw system_error("lock", name, errno);
        throw Error(
            ErrorKind::locked,
            fmt::format("the data folder {} is in use by {}", path.string(), holder_of(lock))
        );
    }
    write_holder(lock);
    return lock;
}

}  // namespace

std::optional<std::string_view> network_file_system(long magic) {
    constexpr unsigned cifs_magic = 0xFF534D42;  // linux/magic.h has only its successor
    switch (static_cast<unsigned>(magic)) {
        case NFS_SUPER_MAGIC: return "NFS";
        case SMB_SUPER_MAGIC: return "SMB";
        case SMB2_SUPER_MAGIC: return "SMB";
        case cifs_magic: return "SMB";
        case CEPH_SUPER_MAGIC: return "CephFS";
        case AFS_SUPER_MAGIC: return "AFS";
        default: return {};
    }
}

DataFolder::DataFolder(std::filesystem::path path) : path_(std::move(path)) {
    create_folder(path_);
    refuse_network_disk(path_);
    lock_ = lock_folder(path_);
}

}  // namespace larmor::server
