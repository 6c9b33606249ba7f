// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "archive/entries.hpp"
#include "model/file.hpp"
#include "pack/entry.hpp"

namespace larmor::archive {

/// A member whose bytes cannot be had.
struct Unsound {
    std::size_t index = 0;
    model::BlobState state = model::BlobState::missing;
};

/// The members of an archive without some, under the names they have in the whole, and at last a
/// text with a line for each that is left out: its name, a tab, the reason. In names `%` and
/// control bytes are percent-encoded there. The text is called MISSING.txt, or MISSING_2.txt and so
/// on when anything at the top has that name.
class RemainingEntries final : public pack::Entries {
public:
    /// `left_out` by ascending index.
    RemainingEntries(std::shared_ptr<const FolderEntries> all, std::vector<Unsound> left_out);

    std::size_t count() const override { return all_->count() - left_out_.size() + 1; }
    pack::Entry at(std::size_t index) const override;
    /// The text, when an entry's `content` stands for it; else nullptr.
    const std::string* find_text(std::uint64_t content) const;
    /// Without the members of the whole.
    std::size_t memory_bytes() const;

private:
    std::shared_ptr<const FolderEntries> all_;
    std::vector<Unsound> left_out_;
    std::string text_;
    pack::Entry text_entry_;
};

}  // namespace larmor::archive
