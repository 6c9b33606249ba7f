// SPDX-License-Identifier: Apache-2.0
#include "storage/object_writer.hpp"

#include <cerrno>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/object_key.hpp"

namespace larmor::storage {
namespace {

class FileObject final : public NewObject {
public:
    FileObject(const std::string& folder, std::string key, FileDescriptor file)
        : key_(std::move(key)), path_(folder + "/" + key_), file_(std::move(file)) {}
    ~FileObject() override { abandon(); }
    FileObject(const FileObject&) = delete;
    FileObject& operator=(const FileObject&) = delete;

    const std::string& key() const override { return key_; }

    void push(std::span<const std::byte> bytes) override { write_wholly(file_, bytes, key_); }

    stream::Segment read_back() override;

    void finish() override {
        sync_bytes();
        sync_folder(folder());
        close();
    }

    // The steps of finish().
    std::string folder() const { return path_.substr(0, path_.rfind('/')); }
    /// A disk that writes many files at once is faster; whatever fails here fails in the sync.
    void begin_writing() const { ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE); }
    void sync_bytes() const {
        if (::fdatasync(file_.get()) != 0) throw failed_write("cannot sync", key_, errno);
    }
    void close() { file_.reset(); }

    /// An object that cannot be unlinked now is an orphan, which the sweeper removes.
    void abandon() noexcept override {
        if (!file_.is_open()) return;
        ::unlink(path_.c_str());
        file_.reset();
    }

private:
    const std::string key_;
    const std::string path_;
    FileDescriptor file_;  // open until the object is finished or abandoned
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

Error failed_write(const std::string& action, const std::string& thing, int error_number) {
    Error error = system_error(action, thing, error_number);
    if (error.kind() != ErrorKind::not_found) return error;
    return {ErrorKind::unavailable, error.what()};
}

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

std::unique_ptr<NewObject> write_object(
    const std::string& folder, std::string key, FileDescriptor file
) {
    return std::make_unique<FileObject>(folder, std::move(key), std::move(file));
}

void finish_objects(std::span<const std::unique_ptr<NewObject>> objects) {
    std::set<std::string> folders;
    for (const auto& object : objects)
        as_file(object).begin_writing();
    for (const auto& object : objects) {
        as_file(object).sync_bytes();
        folders.insert(as_file(object).folder());
    }
    for (const auto& folder : folders)
        sync_folder(folder);
    for (const auto& object : objects)
        as_file(object).close();
}

}  // namespace larmor::storage
