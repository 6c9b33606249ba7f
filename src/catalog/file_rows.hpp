// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "catalog/file_cache.hpp"

namespace larmor::catalog {

/// Rows whose texts lie side by side in a few large blocks.
class FileRows : public ResourceFiles {
public:
    const std::vector<CompactFile>& rows() const override { return rows_; }
    std::size_t memory_bytes() const override;
    /// The revision of the resource in the snapshot that the rows are from.
    std::int64_t revision() const { return revision_; }

private:
    friend class FileRowsReader;
    void append(CompactFile row);
    std::string_view keep(std::string_view text);
    /// The same for words that most rows share.
    std::string_view keep_word(std::string_view word);

    std::int64_t revision_ = 0;
    std::vector<CompactFile> rows_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_used_ = 0;
    std::size_t block_bytes_ = 0;  // of the last block
    std::size_t text_bytes_ = 0;   // of all blocks
    std::vector<std::string_view> words_;
};

/// Reads all files of resources, in the order given and with a few queries for every 500 of them;
/// none of one that is not visible.
std::vector<std::shared_ptr<const FileRows>> read_file_rows(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& resources
);

}  // namespace larmor::catalog
