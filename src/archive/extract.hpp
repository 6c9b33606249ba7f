// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "archive/upload.hpp"
#include "pack/archive_reader.hpp"
#include "storage/blob_store.hpp"

namespace larmor::archive {

/// Of all archives of one request together, but for the ratio, which counts for each.
using ExtractLimits = pack::UnpackLimits;

/// Where a member goes in its resource: without what leads to the root, the folder it was packed in
/// or a drive (`/`, `./`, `C:`). What is left may still be no path that can be stored.
std::string member_path(std::string_view name);

/// Unpacks each file that comes, when it is an archive, and hands its members on; all others as
/// they are. An archive is spooled to an object of the store, which goes with it. Folders are
/// passed over; links, devices, sockets and a tar's pipes too, and named in the log. Costs about
/// 800 bytes of memory for each member, with a path of 30, and two to five times what is longer of
/// it, but none for its size: the limits on members and on the bytes of their names bound it.
class Extraction final : public FileReceiver {
public:
    /// `store` must outlive it.
    Extraction(
        std::unique_ptr<Upload> upload, storage::BlobStore& store, const ExtractLimits& limits
    );

    /// The name says what kind of archive it is; its folder does not count.
    void begin_file(const std::string& path) override;
    void push(std::span<const std::byte> bytes) override;
    /// Unpacks. Throws invalid_argument for an archive or a name in it that cannot be taken, and
    /// too_large at a limit.
    void end_file() override;
    std::vector<std::string> commit() override;

private:
    void unpack(const stream::FileSlice& archive);
    void take_members(pack::ArchiveReader& reader, pack::UnpackBudget& budget);
    void take_file(const std::string& path, pack::ArchiveReader& reader);
    void take_as_it_is(const stream::FileSlice& file);
    void skip(const pack::ArchiveMember& member);

    std::unique_ptr<Upload> upload_;
    storage::BlobStore& store_;
    ExtractLimits left_;
    std::string name_;
    std::unique_ptr<storage::NewObject> spool_;
    std::size_t skipped_ = 0;
};

}  // namespace larmor::archive
