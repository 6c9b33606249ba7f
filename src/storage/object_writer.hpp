// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/file_descriptor.hpp"
#include "storage/blob_store.hpp"
#include "storage/disk_error.hpp"
#include "storage/object_disk.hpp"

// Writing to a disk that may fail: whole writes, and names that survive a power cut.
namespace larmor::storage {

/// Writes all of it, however often the kernel takes only a part.
void write_wholly(
    const FileDescriptor& file, std::span<const std::byte> bytes, const std::string& thing
);

/// Makes the names in a folder durable.
void sync_folder(const std::string& folder);

/// A new, empty object and the folder of its batch, which was opened before the object was made:
/// only then its sync tells of every failure that can concern the object's name.
struct OpenObject {
    FileDescriptor batch;
    FileDescriptor file;
};

/// The object in the file, which lies at `key` on the disk.
std::unique_ptr<NewObject> write_object(ObjectDisk& disk, std::string key, OpenObject opened);

/// Finishes objects of write_object(): the bytes of all, then their folders, each once.
void finish_objects(std::span<const std::unique_ptr<NewObject>> objects);

}  // namespace larmor::storage
