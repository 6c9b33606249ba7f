// SPDX-License-Identifier: Apache-2.0
#include "storage/archive_id.hpp"

#include <cerrno>
#include <cstdio>
#include <span>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "storage/object_writer.hpp"

namespace larmor::storage {

std::optional<std::string> read_archive_id(const std::filesystem::path& folder) {
    const auto path = (folder / "archive-id").string();
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        if (errno == ENOENT) return {};
        throw failed_read("cannot read", path, errno);
    }
    std::string text(256, '\0');
    const auto length = ::read(file.get(), text.data(), text.size());
    if (length < 0) throw failed_read("cannot read", path, errno);
    text.resize(static_cast<std::size_t>(length));
    return std::string(trim(text));
}

void write_archive_id(const std::filesystem::path& folder, const std::string& id) {
    const auto path = (folder / "archive-id").string();
    const auto draft = (folder / ".archive-id").string();
    const FileDescriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)
    );
    if (!file.is_open()) throw failed_write("cannot create", draft, errno);
    const auto line = id + "\n";
    write_wholly(file, std::as_bytes(std::span(line)), draft);
    if (::fsync(file.get()) != 0) throw failed_write("cannot sync", draft, errno);
    if (::rename(draft.c_str(), path.c_str()) != 0) {
        throw failed_write("cannot create", path, errno);
    }
    sync_folder(folder.string());
}

}  // namespace larmor::storage
