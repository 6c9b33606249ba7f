// SPDX-License-Identifier: Apache-2.0
#include "catalog/file_rows.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "catalog/digest_text.hpp"
#include "catalog/visible.hpp"
#include "catalog/words.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

constexpr std::size_t block_bytes_min = 256;
constexpr std::size_t block_bytes_max = 64 * 1024;
constexpr std::size_t words_max = 64;

}  // namespace

std::size_t FileRows::memory_bytes() const {
    return sizeof(*this) + rows_.capacity() * sizeof(CompactFile) + text_bytes_;
}

std::string_view FileRows::keep(std::string_view text) {
    if (text.empty()) return {};
    if (block_bytes_ - block_used_ < text.size()) {
        // A resource of a few files takes a few small blocks.
        block_bytes_ = std::max(
            text.size(), blocks_.empty() ? block_bytes_min : std::min(text_bytes_, block_bytes_max)
        );
        blocks_.push_back(std::make_unique<char[]>(block_bytes_));
        block_used_ = 0;
        text_bytes_ += block_bytes_;
    }
    char* const place = blocks_.back().get() + block_used_;
    std::memcpy(place, text.data(), text.size());
    block_used_ += text.size();
    return {place, text.size()};
}

std::string_view FileRows::keep_word(std::string_view word) {
    const auto known = std::find(words_.begin(), words_.end(), word);
    if (known != words_.end()) return *known;
    const auto kept = keep(word);
    if (words_.size() < words_max) words_.push_back(kept);
    return kept;
}

void FileRows::append(CompactFile row) {
    row.path = keep(row.path);
    row.format = keep_word(row.format);
    row.content = keep_word(row.content);
    row.object_key = keep(row.object_key);
    rows_.push_back(row);
}

/// Fills the rows of up to 500 resources.
class FileRowsReader {
public:
    FileRowsReader(
        const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& resources
    )
        : visibility_(visibility), snapshot_(snapshot), resources_(resources) {
        for (const auto resource : resources_)
            files_.emplace(resource, std::make_shared<FileRows>());
    }

    const std::unordered_map<Key, std::shared_ptr<FileRows>>& read() {
        read_revisions();
        read_rows();
        return files_;
    }

private:
    void read_revisions() {
        Key resource = 0;
        std::int64_t revision = 0;
        std::size_t count = 0;
        snapshot_.connection().for_each(
            "SELECT key, revision, file_count FROM resource WHERE " + is_one_of("key", resources_) +
                " AND " + visible(visibility_, "project"),
            {},
            {resource, revision, count},
            [&] {
                auto& files = *files_.at(resource);
                files.revision_ = revision;
                files.rows_.reserve(count);
                visible_.push_back(resource);
            }
        );
    }

    void read_rows() {
        Key resource = 0;
        CompactFile row;
        std::string_view sha256;
        std::string_view md5;
        std::string_view state;
        snapshot_.connection().for_each(
            "SELECT f.resource, f.path, f.format, f.content, f.created, b.object_key, b.size, "
            "b.crc32, b.sha256, b.md5, b.key, b.state FROM file f JOIN blob b ON b.key = f.blob "
            "WHERE " +
                is_one_of("f.resource", visible_) + " ORDER BY f.resource, f.path",
            {},
            {resource,
             row.path,
             row.format,
             row.content,
             row.created,
             row.object_key,
             row.size,
             row.crc32,
             sha256,
             md5,
             row.blob,
             state},
            [&] {
                row.sha256 = parse_digest<Sha256Digest>(sha256);
                row.md5 = parse_digest<Md5Digest>(md5);
                row.state = to_blob_state(state);
                files_.at(resource)->append(row);
            }
        );
    }

    const Visibility& visibility_;
    Snapshot& snapshot_;
    const std::vector<Key>& resources_;
    std::vector<Key> visible_;
    std::unordered_map<Key, std::shared_ptr<FileRows>> files_;
};

std::vector<std::shared_ptr<const FileRows>> read_file_rows(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& resources
) {
    std::vector<std::shared_ptr<const FileRows>> result;
    result.reserve(resources.size());
    in_chunks(resources, [&](const std::vector<Key>& chunk) {
        FileRowsReader reader(visibility, snapshot, chunk);
        const auto& files = reader.read();
        for (const auto resource : chunk)
            result.push_back(files.at(resource));
    });
    return result;
}

}  // namespace larmor::catalog
