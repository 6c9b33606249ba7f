// SPDX-License-Identifier: Apache-2.0
#include "archive/extract.hpp"

#include <unordered_set>
#include <variant>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "model/names.hpp"
#include "pack/archive_blocks.hpp"

namespace larmor::archive {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// How many bytes at the front of a name only say where it starts.
std::size_t root_bytes(std::string_view name) {
    if (name.starts_with('/') || name.starts_with('\\')) return 1;
    if (name.starts_with("./") || name.starts_with(".\\")) return 2;
    return name.size() >= 2 && is_letter(name[0]) && name[1] == ':' ? 2 : 0;
}

stream::FileSlice as_file(stream::Segment segment) {
    if (auto* slice = std::get_if<stream::FileSlice>(&segment)) return std::move(*slice);
    throw Error(ErrorKind::unsupported, "this store cannot unpack archives");
}

}  // namespace

std::string member_path(std::string_view name) {
    while (const auto bytes = root_bytes(name))
        name.remove_prefix(bytes);
    // Doubled slashes and dots within it lead nowhere either.
    std::vector<std::string> segments;
    for (const auto segment : split(name, '/')) {
        if (!segment.empty() && segment != ".") segments.emplace_back(segment);
    }
    return join(segments, "/");
}

Extraction::Extraction(
    std::unique_ptr<Upload> upload, storage::BlobStore& store, const ExtractLimits& limits
)
    : upload_(std::move(upload)), store_(store), left_(limits) {}

void Extraction::begin_file(const std::string& path) {
    model::check_file_path(path);
    name_ = path;
    spool_ = store_.create();
}

void Extraction::push(std::span<const std::byte> bytes) {
    spool_->push(bytes);
}

void Extraction::end_file() {
    unpack(as_file(spool_->read_back()));
    spool_.reset();
}

std::vector<std::string> Extraction::commit() {
    return upload_->commit();
}

void Extraction::unpack(const stream::FileSlice& archive) {
    pack::UnpackBudget budget(left_, archive.length);
    try {
        if (const auto reader = pack::open_archive(archive, name_, budget)) {
            take_members(*reader, budget);
        } else {
            take_as_it_is(archive);
        }
    } catch (const Error& error) {
        throw Error(error.kind(), "cannot unpack '" + name_ + "': " + error.what());
    }
    left_.members -= budget.members();
    left_.name_bytes -= budget.name_bytes();
    left_.bytes -= budget.bytes();
}

void Extraction::take_members(pack::ArchiveReader& reader, pack::UnpackBudget& budget) {
    std::unordered_set<std::string> paths;
    while (const auto member = reader.next()) {
        if (member->kind == pack::MemberKind::folder) continue;
        if (member->kind == pack::MemberKind::other) {
            skip(*member);
            continue;
        }
        const auto path = member_path(member->name);
        budget.count_name(path.size());
        if (!paths.insert(path).second) {
            throw Error(ErrorKind::invalid_argument, "two of its members are '" + path + "'");
        }
        take_file(path, reader);
    }
    if (skipped_ > 0) {
        log(LogLevel::warning,
            "an uploaded archive was unpacked without some members",
            {{"archive", name_}, {"skipped", std::to_string(skipped_)}});
    }
    skipped_ = 0;
}

void Extraction::take_file(const std::string& path, pack::ArchiveReader& reader) {
    upload_->begin_file(path);
    for (auto block = reader.read(); !block.empty(); block = reader.read())
        upload_->push(block);
    upload_->end_file();
}

void Extraction::take_as_it_is(const stream::FileSlice& file) {
    const pack::ArchiveFile spooled(file);
    const auto blocks = pack::stored_blocks(spooled, 0, spooled.length());
    upload_->begin_file(name_);
    for (auto block = blocks->next(); !block.empty(); block = blocks->next())
        upload_->push(block);
    upload_->end_file();
}

void Extraction::skip(const pack::ArchiveMember& member) {
    constexpr std::size_t named_at_most = 100;
    if (++skipped_ > named_at_most) return;
    log(LogLevel::warning,
        "a member of an uploaded archive was skipped",
        {{"archive", name_}, {"member", member.name}, {"kind", std::string(member.word)}});
}

}  // namespace larmor::archive
