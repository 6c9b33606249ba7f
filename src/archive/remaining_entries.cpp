// SPDX-License-Identifier: Apache-2.0
#include "archive/remaining_entries.hpp"

#include <limits>
#include <set>

#include "base/text.hpp"
#include "pack/crc32.hpp"

namespace larmor::archive {
namespace {

constexpr auto text_content = std::numeric_limits<std::uint64_t>::max();

std::string in_one_line(const std::string& name) {
    std::string line;
    for (const char c : name) {
        if (c == '%' || is_control(c))
            line += percent_encode(std::string_view(&c, 1));
        else
            line += c;
    }
    return line;
}

std::string reason_of(model::BlobState state) {
    return state == model::BlobState::damaged ? "damaged in the store" : "missing in the store";
}

/// A name that no member has, nor any folder at the top.
std::string find_free_name(const FolderEntries& entries) {
    constexpr std::string_view begin = "MISSING";
    std::set<std::string> taken;
    for (std::size_t i = 0; i < entries.count(); ++i) {
        auto name = entries.at(i).name;
        if (name.starts_with(begin)) taken.insert(name.substr(0, name.find('/')));
    }
    std::string name = "MISSING.txt";
    for (int number = 2; taken.contains(name); ++number)
        name = "MISSING_" + std::to_string(number) + ".txt";
    return name;
}

}  // namespace

RemainingEntries::RemainingEntries(
    std::shared_ptr<const FolderEntries> all, std::vector<Unsound> left_out
)
    : all_(std::move(all)), left_out_(std::move(left_out)) {
    for (const auto& one : left_out_) {
        text_ += in_one_line(all_->at(one.index).name) + '\t' + reason_of(one.state) + '\n';
    }
    pack::Crc32Chain crc32;
    crc32.append(text_);
    Sha256 hash;
    hash.push(text_);
    text_entry_ = {
        .name = find_free_name(*all_),
        .size = text_.size(),
        .crc32 = crc32.value(),
        .sha256 = hash.finish(),
        .content = text_content};
}

pack::Entry RemainingEntries::at(std::size_t index) const {
    if (index + 1 == count()) return text_entry_;
    // Of those left out, how many stand before it: the n-th of them has its index less n of the
    // remaining in front.
    std::size_t low = 0;
    std::size_t high = left_out_.size();
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (left_out_[middle].index - middle <= index)
            low = middle + 1;
        else
            high = middle;
    }
    return all_->at(index + low);
}

const std::string* RemainingEntries::find_text(std::uint64_t content) const {
    return content == text_content ? &text_ : nullptr;
}

std::size_t RemainingEntries::memory_bytes() const {
    return sizeof(*this) + left_out_.capacity() * sizeof(Unsound) + text_.capacity();
}

}  // namespace larmor::archive
