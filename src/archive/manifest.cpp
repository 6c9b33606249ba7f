// SPDX-License-Identifier: Apache-2.0
#include "archive/manifest.hpp"

#include <span>
#include <utility>

#include "archive/layout.hpp"
#include "base/error.hpp"
#include "pack/form.hpp"

namespace larmor::archive {
namespace {

ManifestSummary summary_of(const ArchivePlan& plan) {
    const auto etag = plan.source->etag();
    return {
        .name = plan.name,
        .hash = etag.substr(1, etag.find('-') - 1),
        .files = plan.entries->count(),
        .bytes = plan.content_bytes};
}

std::string uri_of(const FolderEntries& entries, std::uint64_t content) {
    return entries.folder(content).uri + uri_path(entries.file(content).path);
}

/// 64 bits over what stands in the text and is neither name nor content of a member.
std::string hash_addresses(const ArchivePlan& plan, const std::string& addresses) {
    Sha256 hash;
    const auto push = [&](const std::string& text) {
        hash.push(std::to_string(text.size()) + ":");
        hash.push(text);
    };
    push(plan.name);
    push(addresses);
    for (std::size_t i = 0; i < plan.entries->count(); ++i)
        push(uri_of(*plan.entries, plan.entries->at(i).content));
    const auto digest = hash.finish();
    return digest_to_hex(std::span(digest).first<8>());
}

/// An archive whose members have no content, only what the style says of them.
class ManifestForm final : public pack::Form {
public:
    ManifestForm(
        std::shared_ptr<const ArchivePlan> plan, std::unique_ptr<const ManifestStyle> style
    )
        : plan_(std::move(plan)), style_(std::move(style)), first_(plan_->entries->at(0).content) {}

    std::string tag() const override {
        const auto addresses = style_->addresses();
        if (addresses.empty()) return style_->tag();
        return style_->tag() + '.' + hash_addresses(*plan_, addresses);
    }
    std::string head() const override { return style_->begin(summary_of(*plan_)); }
    std::uint64_t member_length(const pack::Entry& entry) const override {
        return text_of(entry).size();
    }
    pack::Piece member_piece(const pack::Entry& entry, std::uint64_t /*at*/) const override {
        pack::Piece piece{.bytes = text_of(entry)};
        piece.end = piece.bytes.size();
        return piece;
    }
    std::string end(const pack::Totals& /*totals*/) const override { return style_->end(); }

private:
    std::string text_of(const pack::Entry& entry) const {
        const auto& file = plan_->entries->file(entry.content);
        return style_->member(
            {.name = entry.name,
             .digest =
                 {.size = file.size, .crc32 = file.crc32, .md5 = file.md5, .sha256 = file.sha256},
             .uri = uri_of(*plan_->entries, entry.content),
             .is_first = entry.content == first_}
        );
    }

    const std::shared_ptr<const ArchivePlan> plan_;
    const std::unique_ptr<const ManifestStyle> style_;
    const std::uint64_t first_;
};

[[noreturn]] stream::Segment refuse_content(std::uint64_t, std::uint64_t, std::uint64_t) {
    throw Error(ErrorKind::corrupt, "a manifest was asked for the content of a member");
}

}  // namespace

std::shared_ptr<const stream::Source> write_manifest(
    std::shared_ptr<const ArchivePlan> plan, std::unique_ptr<const ManifestStyle> style
) {
    auto entries = plan->entries;
    return pack::plan_form(
        std::make_unique<ManifestForm>(std::move(plan), std::move(style)),
        std::move(entries),
        refuse_content
    );
}

}  // namespace larmor::archive
