// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "storage/blob_store.hpp"

// Writing to a disk that may fail: whole writes, and names that survive a power cut.
namespace larmor::storage {

/// As system_error, but what cannot be found while writing is a disk that is not there.
Error failed_write(const std::string& action, const std::string& thing, int error_number);

/// Writes all of it, however often the kernel takes only a part.
void write_wholly(
    const FileDescriptor& file, std::span<const std::byte> bytes, const std::string& thing
);

/// Makes the names in a folder durable.
void sync_folder(const std::string& folder);

/// The object in the new, empty `file`, which lies at `folder/key`.
std::unique_ptr<NewObject> write_object(
    const std::string& folder, std::string key, FileDescriptor file
);

/// Finishes objects of write_object(): the bytes of all, then their folders, each once.
void finish_objects(std::span<const std::unique_ptr<NewObject>> objects);

}  // namespace larmor::storage
