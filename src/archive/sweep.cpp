// SPDX-License-Identifier: Apache-2.0
#include "archive/sweep.hpp"

#include <array>
#include <vector>

#include <unistd.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "catalog/blobs.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t rows_at_once = 500;

const model::Visibility& everything() {
    static const auto all = model::Visibility::everything();
    return all;
}

bool is_used(catalog::Catalog& catalog, const std::string& object_key) {
    return catalog.read([&](catalog::Snapshot& snapshot) {
        return catalog::is_object_used(everything(), snapshot, object_key);
    });
}

std::size_t sweep_blobs(catalog::Catalog& catalog, storage::BlobStore& store, UnixMillis before) {
    std::size_t swept = 0;
    for (;;) {
        const auto objects = catalog.write([&](catalog::Change& change) {
            return catalog::remove_unreferenced_blobs(everything(), change, before, rows_at_once);
        });
        for (const auto& key : objects)
            store.remove(key);
        swept += objects.size();
        if (objects.size() < rows_at_once) return swept;
    }
}

std::size_t sweep_orphans(catalog::Catalog& catalog, storage::BlobStore& store, UnixMillis before) {
    std::vector<std::string> orphans;
    store.for_each([&](const storage::ObjectStatus& object) {
        if (object.written < before && !is_used(catalog, object.key)) orphans.push_back(object.key);
    });
    for (const auto& key : orphans)
        store.remove(key);
    return orphans.size();
}

void hash_file(const stream::FileSlice& slice, ContentHasher& hasher) {
    std::array<std::byte, 64 * 1024> buffer;
    auto offset = slice.offset;
    const auto end = slice.offset + slice.length;
    while (offset < end) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), end - offset);
        const auto count =
            ::pread(slice.file->get(), buffer.data(), wanted, static_cast<off_t>(offset));
        if (count <= 0) throw Error(ErrorKind::corrupt, "it cannot be read to its end");
        hasher.push(std::span(buffer).first(static_cast<std::size_t>(count)));
        offset += static_cast<std::uint64_t>(count);
    }
}

bool has_digest(storage::BlobStore& store, const model::Blob& blob) {
    const auto segment = store.read(blob.object_key, 0, blob.stored_length);
    ContentHasher hasher;
    if (const auto* text = std::get_if<std::string>(&segment)) {
        hasher.push(std::as_bytes(std::span(*text)));
    } else {
        hash_file(std::get<stream::FileSlice>(segment), hasher);
    }
    return hasher.finish() == blob.digest;
}

/// What is wrong with the object of a blob; empty when nothing is.
std::string find_problem(
    storage::BlobStore& store, const model::Blob& blob, Thoroughness thoroughness
) {
    try {
        const auto length = store.length(blob.object_key);
        if (!length) return "its object is missing";
        if (*length != blob.stored_length) {
            return "its object has " + std::to_string(*length) + " bytes instead of " +
                   std::to_string(blob.stored_length);
        }
        const bool empty = blob.stored_length == 0;
        if (thoroughness == Thoroughness::hashes && !empty && !has_digest(store, blob)) {
            return "the bytes of its object are not those that were stored";
        }
    } catch (const Error& error) {
        return error.what();
    }
    return blob.state == model::BlobState::sound ? "" : "it is marked as missing or damaged";
}

}  // namespace

Swept sweep(catalog::Catalog& catalog, storage::BlobStore& store, UnixMillis now) {
    const auto before = now - grace_period;
    Swept swept;
    swept.blobs = sweep_blobs(catalog, store, before);
    swept.orphans = sweep_orphans(catalog, store, before);
    return swept;
}

CheckReport check_archive(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    Thoroughness thoroughness,
    const std::function<void(const std::string&)>& tell
) {
    CheckReport report;
    const auto problem = [&](const std::string& text) {
        ++report.problems;
        tell(text);
    };
    for (const auto& text : catalog.read([](catalog::Snapshot& snapshot) {
             return catalog::find_contradictions(everything(), snapshot);
         })) {
        problem(text);
    }
    model::Key after = 0;
    for (;;) {
        const auto blobs = catalog.read([&](catalog::Snapshot& snapshot) {
            return catalog::list_blobs(everything(), snapshot, after, rows_at_once);
        });
        if (blobs.empty()) break;
        for (const auto& blob : blobs) {
            ++report.blobs;
            const auto wrong = find_problem(store, blob, thoroughness);
            if (!wrong.empty()) {
                problem(
                    "blob " + std::to_string(blob.key) + " ('" + blob.object_key + "'): " + wrong
                );
            }
        }
        after = blobs.back().key;
    }
    store.for_each([&](const storage::ObjectStatus& object) {
        if (!is_used(catalog, object.key)) ++report.orphans;
    });
    return report;
}

}  // namespace larmor::archive
