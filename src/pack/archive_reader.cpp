// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "pack/archive_blocks.hpp"
#include "pack/archive_tar.hpp"
#include "pack/archive_zip.hpp"
#include "pack/segment_reader.hpp"

namespace larmor::pack {
namespace {

/// What a name promises, or bytes are.
enum class Form { none, zip, tar, gzipped_tar, gzip };

Form form_of_name(const std::string& name) {
    const auto lower = to_lower(name);
    const auto ends = [&](std::string_view suffix) { return lower.ends_with(suffix); };
    if (ends(".zip") || ends(".zar") || ends(".xar")) return Form::zip;
    if (ends(".tar")) return Form::tar;
    if (ends(".tgz") || ends(".tar.gz")) return Form::gzipped_tar;
    return ends(".gz") ? Form::gzip : Form::none;
}

/// A gzip is only that: what is in it is looked at later.
Form form_of_content(std::string_view head) {
    if (head.starts_with("PK\3\4") || head.starts_with("PK\5\6")) return Form::zip;
    if (head.starts_with("\x1F\x8B")) return Form::gzip;
    return begins_as_tar(head) ? Form::tar : Form::none;
}

/// A tar without members, which begins with its end.
bool is_empty_tar(std::string_view head) {
    return head.size() == tar_block_bytes && head.find_first_not_of('\0') == head.npos;
}

/// Passes blocks on, the joined first ones first, so that they can be looked at before.
class PeekedBlocks final : public Blocks {
public:
    explicit PeekedBlocks(std::unique_ptr<Blocks> blocks) : blocks_(std::move(blocks)) {
        while (head_.size() < tar_block_bytes) {
            const auto block = blocks_->next();
            if (block.empty()) break;
            head_.append(reinterpret_cast<const char*>(block.data()), block.size());
        }
    }
    std::string_view head() const { return std::string_view(head_).substr(0, tar_block_bytes); }
    std::span<const std::byte> next() override {
        if (std::exchange(is_head_given_, true) || head_.empty()) return blocks_->next();
        return std::as_bytes(std::span(head_));
    }

private:
    std::unique_ptr<Blocks> blocks_;
    std::string head_;
    bool is_head_given_ = false;
};

/// Blocks that may hold more than the members that are read from them.
class BudgetedBlocks final : public Blocks {
public:
    BudgetedBlocks(std::unique_ptr<Blocks> blocks, const UnpackBudget& budget)
        : blocks_(std::move(blocks)), budget_(budget) {}
    std::span<const std::byte> next() override {
        const auto block = blocks_->next();
        budget_.spend(block.size());
        return block;
    }

private:
    std::unique_ptr<Blocks> blocks_;
    UnpackBudget budget_;
};

/// One file without a name of its own.
class SingleFile final : public ArchiveReader {
public:
    SingleFile(std::string name, std::unique_ptr<Blocks> blocks, UnpackBudget& budget)
        : name_(std::move(name)), blocks_(std::move(blocks)), budget_(budget) {}

    std::optional<ArchiveMember> next() override {
        if (std::exchange(is_given_, true)) return {};
        budget_.count_members();
        return ArchiveMember{.name = name_};
    }
    std::span<const std::byte> read() override {
        const auto block = blocks_->next();
        budget_.spend(block.size());
        return block;
    }

private:
    std::string name_;
    std::unique_ptr<Blocks> blocks_;
    UnpackBudget& budget_;
    bool is_given_ = false;
};

/// Keeps the file open for a reader of its bytes.
class OwningReader final : public ArchiveReader {
public:
    OwningReader(std::shared_ptr<const ArchiveFile> file, std::unique_ptr<ArchiveReader> reader)
        : file_(std::move(file)), reader_(std::move(reader)) {}
    std::optional<ArchiveMember> next() override { return reader_->next(); }
    std::span<const std::byte> read() override { return reader_->read(); }

private:
    std::shared_ptr<const ArchiveFile> file_;
    std::unique_ptr<ArchiveReader> reader_;
};

std::unique_ptr<Blocks> all_blocks(const ArchiveFile& file) {
    return stored_blocks(file, 0, file.length());
}

std::unique_ptr<ArchiveReader> open_gzip(
    const ArchiveFile& file, const std::string& name, Form promised, UnpackBudget& budget
) {
    if (promised == Form::gzip) {
        constexpr std::size_t suffix = 3;
        auto inner = name.substr(name.rfind('/') + 1);
        inner.resize(inner.size() - suffix);
        return std::make_unique<SingleFile>(inner, gunzipped_blocks(all_blocks(file)), budget);
    }
    auto inside = std::make_unique<PeekedBlocks>(
        std::make_unique<BudgetedBlocks>(gunzipped_blocks(all_blocks(file)), budget)
    );
    const bool is_tar = begins_as_tar(inside->head());
    if (is_tar || (promised != Form::none && is_empty_tar(inside->head()))) {
        return read_tar(std::move(inside), budget);
    }
    return nullptr;
}

std::unique_ptr<ArchiveReader> open_by_content(
    const std::shared_ptr<const ArchiveFile>& file,
    const std::string& name,
    Form promised,
    UnpackBudget& budget
) {
    const auto head =
        read_bytes(*file, 0, std::min<std::uint64_t>(file->length(), tar_block_bytes));
    const auto found = form_of_content(head);
    // Named a zip, it may begin with the program that unpacks it.
    if (found == Form::zip || (found == Form::none && promised == Form::zip)) {
        if (const auto end = find_zip_end(*file)) return read_zip(file, *end, budget);
        if (found == Form::zip) throw bad_archive("it is a zip without its end, or damaged");
    }
    if (found == Form::gzip) return open_gzip(*file, name, promised, budget);
    const bool is_tar = found == Form::tar || (promised == Form::tar && is_empty_tar(head));
    return is_tar ? read_tar(all_blocks(*file), budget) : nullptr;
}

std::string_view word_for(Form form) {
    switch (form) {
        case Form::zip: return "a zip";
        case Form::tar: return "a tar";
        case Form::gzipped_tar: return "a tar in gzip";
        case Form::gzip: return "a gzip";
        case Form::none: break;
    }
    return "";
}

}  // namespace

std::unique_ptr<ArchiveReader> open_archive(
    stream::FileSlice archive, const std::string& name, UnpackBudget& budget
) {
    const auto file = std::make_shared<const ArchiveFile>(std::move(archive));
    const auto promised = form_of_name(name);
    auto reader = open_by_content(file, name, promised, budget);
    if (reader) return std::make_unique<OwningReader>(file, std::move(reader));
    if (promised == Form::none) return nullptr;
    throw bad_archive("it is named as " + std::string(word_for(promised)) + " and is none");
}

}  // namespace larmor::pack
