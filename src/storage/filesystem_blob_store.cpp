// SPDX-License-Identifier: Apache-2.0
#include "storage/filesystem_blob_store.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "storage/disk_error.hpp"
#include "storage/object_disk.hpp"
#include "storage/object_key.hpp"
#include "storage/object_writer.hpp"

namespace larmor::storage {
namespace {

constexpr std::uint64_t objects_per_batch = 4096;

std::string batch_name_for(UnixMillis time) {
    std::string stamp = format_iso_time(time);
    std::erase_if(stamp, [](unsigned char byte) { return std::ispunct(byte) != 0; });
    return stamp.substr(0, std::string_view("20261122T093700").size()) + "-" + random_hex(4);
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// Calls `visit` with the name of everything in the folder. False when the folder is not there.
template <class Visit>
bool for_each_name(const std::string& path, Visit visit) {
    const Folder folder(::opendir(path.c_str()));
    if (!folder) {
        if (errno == ENOENT || errno == ENOTDIR) return false;
        throw failed_read("cannot list", path, errno);
    }
    while (true) {
        errno = 0;  // readdir tells its end from an error by errno alone
        const dirent* entry = ::readdir(folder.get());
        if (entry == nullptr && errno != 0) throw failed_read("cannot list", path, errno);
        if (entry == nullptr) return true;
        visit(std::string(entry->d_name));
    }
}

/// Errors after which a batch is given up and the object is tried in a new one.
bool is_lost_batch(int error_number) {
    constexpr std::array lost = {ENOENT, ENOTDIR, EEXIST, EACCES, ESTALE, EIO, EUCLEAN, EBADMSG};
    return std::ranges::find(lost, error_number) != lost.end();
}

class FilesystemBlobStore final : public BlobStore {
public:
    FilesystemBlobStore(std::string folder, FilesystemOptions options)
        : disk_(std::move(folder), options.reserve_bytes) {}

    std::unique_ptr<NewObject> create() override;
    void finish(std::span<const std::unique_ptr<NewObject>> objects) override {
        finish_objects(objects);
    }
    stream::Segment read(const std::string& key, std::uint64_t from, std::uint64_t to) override;
    std::optional<std::uint64_t> length(const std::string& key) override;
    void remove(const std::string& key) override;
    void for_each(const std::function<void(const ObjectStatus&)>& visit) override;
    void require_room(std::uint64_t bytes) override { disk_.require_room(bytes); }
    void check() override { disk_.check(); }

private:
    std::string path_of(const std::string& name) const { return disk_.path_of(name); }
    std::string reserve_key();
    OpenObject open_new(const std::string& key) const;
    void start_batch();
    void leave_batch_of(const std::string& key);
    void visit_batch(const std::string& batch, const std::function<void(const ObjectStatus&)>&);

    ObjectDisk disk_;
    std::mutex mutex_;   // guards the batch
    std::string batch_;  // empty: the next object starts one
    std::uint64_t used_ = 0;
};

/// The caller holds the mutex.
void FilesystemBlobStore::start_batch() {
    disk_.require_present();
    const std::string batch = batch_name_for(now_millis());
    if (::mkdir(path_of(batch).c_str(), 0750) != 0) {
        throw failed_write("cannot create the folder", path_of(batch), errno);
    }
    try {
        sync_folder(disk_.folder());
    } catch (...) {
        ::rmdir(path_of(batch).c_str());
        throw;
    }
    batch_ = batch;
    used_ = 0;
}

std::string FilesystemBlobStore::reserve_key() {
    const std::scoped_lock lock(mutex_);
    if (batch_.empty() || used_ == objects_per_batch) start_batch();
    return batch_ + "/" + std::to_string(++used_);
}

/// Other threads may have left it already. Removed when it is empty, so that a disk that fails
/// for a while does not leave a folder for each trial.
void FilesystemBlobStore::leave_batch_of(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    if (batch_ != batch_of(key)) return;
    ::rmdir(path_of(batch_).c_str());
    batch_.clear();
}

std::unique_ptr<NewObject> FilesystemBlobStore::create() {
    disk_.require_room(0);
    // Twice, for the batch may have been removed or moved since the last object.
    for (int attempt = 1;; ++attempt) {
        std::string key = reserve_key();
        OpenObject opened = open_new(key);
        if (opened.file.is_open()) return write_object(disk_, std::move(key), std::move(opened));
        const int error_number = errno;
        if (is_lost_batch(error_number)) leave_batch_of(key);
        if (!is_lost_batch(error_number) || attempt == 2) {
            disk_.note_failure();
            throw failed_write("cannot create the object", key, error_number);
        }
    }
}

/// Without a file, and with errno, when it cannot be made.
OpenObject FilesystemBlobStore::open_new(const std::string& key) const {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    const auto batch = path_of(std::string(batch_of(key)));
    OpenObject opened;
    opened.batch = FileDescriptor(::open(batch.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.batch.is_open()) return {};
    const auto name = key.substr(batch_of(key).size() + 1);
    opened.file = FileDescriptor(::openat(opened.batch.get(), name.c_str(), flags, 0640));
    return opened;
}

stream::Segment FilesystemBlobStore::read(
    const std::string& key, std::uint64_t from, std::uint64_t to
) {
    require_valid_key(key);
    auto file =
        std::make_shared<FileDescriptor>(::open(path_of(key).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file->is_open()) {
        const int error_number = errno;
        if (error_number != ENOENT) throw failed_read("cannot open the object", key, error_number);
        disk_.require_present();
        throw Error(ErrorKind::missing_content, "the stored object '" + key + "' is missing");
    }
    struct stat status {};
    if (::fstat(file->get(), &status) != 0) throw failed_read("cannot read", key, errno);
    if (!S_ISREG(status.st_mode) || from > to || to > static_cast<std::uint64_t>(status.st_size)) {
        throw Error(
            ErrorKind::corrupt,
            "the stored object '" + key + "' has " + std::to_string(status.st_size) +
                " bytes, wanted were [" + std::to_string(from) + ", " + std::to_string(to) + ")"
        );
    }
    return stream::FileSlice{.file = std::move(file), .offset = from, .length = to - from};
}

std::optional<std::uint64_t> FilesystemBlobStore::length(const std::string& key) {
    require_valid_key(key);
    struct stat status {};
    if (::stat(path_of(key).c_str(), &status) == 0) {
        return static_cast<std::uint64_t>(status.st_size);
    }
    if (errno != ENOENT) throw failed_read("cannot look at the object", key, errno);
    disk_.require_present();
    return std::nullopt;
}

void FilesystemBlobStore::remove(const std::string& key) {
    require_valid_key(key);
    if (::unlink(path_of(key).c_str()) != 0) {
        if (errno != ENOENT) throw failed_write("cannot remove the object", key, errno);
        disk_.require_present();
    }
    const std::string batch(batch_of(key));
    const std::scoped_lock lock(mutex_);
    if (batch != batch_) ::rmdir(path_of(batch).c_str());  // succeeds on its last object only
}

void FilesystemBlobStore::visit_batch(
    const std::string& batch, const std::function<void(const ObjectStatus&)>& visit
) {
    for_each_name(path_of(batch), [&](const std::string& name) {
        const std::string key = batch + "/" + name;
        struct stat status {};
        if (!is_valid_key(key)) return;
        if (::lstat(path_of(key).c_str(), &status) != 0) {
            if (errno == ENOENT) return;  // removed in the meantime
            throw failed_read("cannot look at the object", key, errno);
        }
        if (!S_ISREG(status.st_mode)) return;
        visit(
            {.key = key,
             .length = static_cast<std::uint64_t>(status.st_size),
             .written = status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000}
        );
    });
}

void FilesystemBlobStore::for_each(const std::function<void(const ObjectStatus&)>& visit) {
    disk_.require_present();
    const bool listed = for_each_name(disk_.folder(), [&](const std::string& name) {
        if (is_valid_batch(name)) visit_batch(name, visit);
    });
    if (!listed) disk_.require_present();
}

void create_durably(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> created;
    for (auto path = folder; !std::filesystem::exists(path, error); path = path.parent_path()) {
        created.push_back(path);
    }
    std::filesystem::create_directories(folder, error);
    if (error || !std::filesystem::is_directory(folder)) {
        const int error_number = error ? error.value() : ENOTDIR;
        throw failed_write("cannot create the storage folder", folder, error_number);
    }
    for (const auto& path : created)
        sync_folder(path.parent_path());
}

}  // namespace

std::unique_ptr<BlobStore> open_filesystem_blob_store(
    const std::filesystem::path& folder, FilesystemOptions options
) {
    auto absolute = std::filesystem::absolute(folder).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();
    create_durably(absolute);
    return std::make_unique<FilesystemBlobStore>(absolute, options);
}

std::filesystem::path object_path(const std::filesystem::path& folder, const std::string& key) {
    require_valid_key(key);
    return std::filesystem::absolute(folder).lexically_normal() / key;
}

}  // namespace larmor::storage
