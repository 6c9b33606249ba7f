// SPDX-License-Identifier: Apache-2.0
#include "storage/object_writer.hpp"

#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/object_key.hpp"

namespace larmor::storage {
namespace {

/// How much may be written before the room on the disk is looked at again.
constexpr std::size_t unwatched_bytes_max = 4 << 20;

class FileObject final : public NewObject {
public:
    FileObject(ObjectDisk& disk, std::string key, OpenObject opened)
        : disk_(disk),
          key_(std::move(key)),
          path_(disk.path_of(key_)),
          batch_(std::move(opened.batch)),
          file_(std::move(opened.file)) {}
    ~FileObject() override { abandon(); }
    FileObject(const FileObject&) = delete;
    FileObject& operator=(const FileObject&) = delete;

    const std::string& key() const override { return key_; }

    void push(std::span<const std::byte> bytes) override {
        or_abandon([&] {
            watch_room(bytes.size());
            write_wholly(file_, bytes, key_);
        });
    }

    stream::Segment read_back() override;

    void finish() override {
        or_abandon([&] {
            sync_bytes();
            sync_batch();
            require_name();
        });
        close();
    }

    // The steps of finish(), for objects that are finished together.
    std::string_view batch() const { return batch_of(key_); }
    /// A disk that writes many files at once is faster; whatever fails here fails in the sync.
    void begin_writing() const { ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE); }
    void sync_bytes() const {
        if (::fdatasync(file_.get()) != 0) throw failed_write("cannot sync", key_, errno);
    }
    void sync_batch() const {
        if (::fsync(batch_.get()) != 0) {
            throw failed_write("cannot sync the folder of", key_, errno);
        }
    }
    /// The batch may have been moved or removed since.
    void require_name() const {
        struct stat status {};
        if (::stat(path_.c_str(), &status) != 0) throw failed_write("cannot find", key_, errno);
    }
    void close() noexcept {
        file_.reset();
        batch_.reset();
    }
    void give_up() noexcept {
        disk_.note_failure();
        abandon();
    }

    /// An object that cannot be unlinked now is an orphan, which the sweeper removes.
    void abandon() noexcept override {
        if (!file_.is_open()) return;
        // Below the open folder, which may have been moved since.
        ::unlinkat(batch_.get(), path_.c_str() + path_.rfind('/') + 1, 0);
        close();
    }

private:
    template <class Step>
    void or_abandon(Step step) {
        try {
            step();
        } catch (...) {
            give_up();
            throw;
        }
    }

    void watch_room(std::size_t bytes) {
        unwatched_bytes_ += bytes;
        if (unwatched_bytes_ < unwatched_bytes_max) return;
        disk_.require_room(bytes);
        unwatched_bytes_ = 0;
    }

    ObjectDisk& disk_;
    const std::string key_;
    const std::string path_;
    FileDescriptor batch_;
    FileDescriptor file_;  // open until the object is finished or abandoned
    std::size_t unwatched_bytes_ = 0;
};

stream::Segment FileObject::read_back() {
    auto file = std::make_shared<FileDescriptor>(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file->is_open() || ::fstat(file->get(), &status) != 0) {
        throw failed_write("cannot read back", key_, errno);
    }
    return stream::FileSlice{
        .file = std::move(file), .length = static_cast<std::uint64_t>(status.st_size)};
}

FileObject& as_file(const std::unique_ptr<NewObject>& object) {
    return dynamic_cast<FileObject&>(*object);
}

}  // namespace

void write_wholly(
    const FileDescriptor& file, std::span<const std::byte> bytes, const std::string& thing
) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw failed_write("cannot write", thing, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void sync_folder(const std::string& folder) {
    const FileDescriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!open.is_open() || ::fsync(open.get()) != 0) {
        throw failed_write("cannot sync the folder", folder, errno);
    }
}

std::unique_ptr<NewObject> write_object(ObjectDisk& disk, std::string key, OpenObject opened) {
    return std::make_unique<FileObject>(disk, std::move(key), std::move(opened));
}

void finish_objects(std::span<const std::unique_ptr<NewObject>> objects) {
    try {
        for (const auto& object : objects)
            as_file(object).begin_writing();
        for (const auto& object : objects)
            as_file(object).sync_bytes();
        // By the folder of its first object, which was opened before any of the names was made.
        std::set<std::string_view> synced;
        for (const auto& object : objects) {
            if (synced.insert(as_file(object).batch()).second) as_file(object).sync_batch();
        }
        for (const auto& object : objects)
            as_file(object).require_name();
    } catch (...) {
        for (const auto& object : objects)
            as_file(object).give_up();
        throw;
    }
    for (const auto& object : objects)
        as_file(object).close();
}

}  // namespace larmor::storage
