// SPDX-License-Identifier: Apache-2.0
#include "storage/object_writer.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
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

    void finish() override {
        if (::fdatasync(file_.get()) != 0) throw failed_write("cannot sync", key_, errno);
        sync_folder(path_.substr(0, path_.rfind('/')));
        file_.reset();
    }

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

}  // namespace larmor::storage
