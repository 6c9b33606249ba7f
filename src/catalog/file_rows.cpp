// SPDX-License-Identifier: Apache-2.0
#include "catalog/file_rows.hpp"

#include <algorithm>
#include <cstring>

#include "catalog/digest_text.hpp"
#include "catalog/visible.hpp"
#include "catalog/words.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

constexpr std::size_t block_bytes_max = 64 * 1024;
constexpr std::size_t words_max = 64;

}  // namespace

std::size_t FileRows::memory_bytes() const {
    return sizeof(*this) + rows_.capacity() * sizeof(CompactFile) + text_bytes_;
}

std::string_view FileRows::keep(std::string_view text) {
    if (text.empty()) return {};
    if (block_bytes_ - block_used_ < text.size()) {
        // A resource of one file takes one small block.
        block_bytes_ = std::max(text.size(), blocks_.empty() ? std::size_t{256} : block_bytes_max);
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

std::shared_ptr<const FileRows> read_file_rows(
    const Visibility& visibility, Snapshot& snapshot, const model::Resource& resource
) {
    auto files = std::make_shared<FileRows>();
    std::size_t count = 0;
    if (!snapshot.connection().read_row(
            "SELECT revision, file_count FROM resource WHERE key = ? AND " +
                visible(visibility, "project"),
            {resource.key},
            {files->revision_, count}
        )) {
        return files;
    }
    files->rows_.reserve(count);
    CompactFile row;
    std::string_view sha256;
    std::string_view md5;
    std::string_view state;
    snapshot.connection().for_each(
        "SELECT f.path, f.format, f.content, b.object_key, b.size, b.crc32, b.sha256, b.md5, "
        "b.key, b.state FROM file f JOIN blob b ON b.key = f.blob WHERE f.resource = ? "
        "ORDER BY f.path",
        {resource.key},
        {row.path,
         row.format,
         row.content,
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
            files->append(row);
        }
    );
    return files;
}

}  // namespace larmor::catalog
