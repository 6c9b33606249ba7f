// SPDX-License-Identifier: Apache-2.0
#include "archive/sweep.hpp"

#include <array>
#include <cerrno>
#include <optional>
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

/// One object that its disk does not let go must not keep all others.
bool remove_object(storage::BlobStore& store, const std::string& key, Swept& swept) {
    try {
        store.remove(key);
        return true;
    } catch (const Error& error) {
        ++swept.stuck;
        if (swept.stuck == 1) swept.first_reason = error.what();
        return false;
    }
}

void sweep_blobs(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    UnixMillis before,
    const std::stop_token& stop,
    Swept& swept
) {
    while (!stop.stop_requested()) {
        const auto objects = catalog.write([&](catalog::Change& change) {
            return catalog::remove_unreferenced_blobs(everything(), change, before, rows_at_once);
        });
        // What stays here is an orphan from now on, and the next sweep takes it.
        for (const auto& key : objects)
            remove_object(store, key, swept);
        swept.blobs += objects.size();
        if (objects.size() < rows_at_once || swept.stuck >= rows_at_once) break;
    }
}

/// The only way out of a walk over the store before its end.
struct Stopped {};

/// Of the objects that are older than the grace period.
struct Census {
    std::size_t with_row = 0;
    std::size_t orphans = 0;
    std::vector<std::string> removable;  // the first of the orphans
};

Census count_objects(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    UnixMillis before,
    const std::stop_token& stop
) {
    constexpr std::size_t removed_at_once = 100'000;  // the next sweep takes the others
    Census census;
    store.for_each([&](const storage::ObjectStatus& object) {
        if (stop.stop_requested()) throw Stopped();
        if (object.written >= before) return;
        if (is_used(catalog, object.key)) {
            ++census.with_row;
            return;
        }
        ++census.orphans;
        if (census.removable.size() < removed_at_once) census.removable.push_back(object.key);
    });
    return census;
}

void sweep_orphans(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    UnixMillis before,
    const std::stop_token& stop,
    Swept& swept
) {
    const auto census = count_objects(catalog, store, before, stop);
    if (census.orphans > census.with_row) {
        swept.spared = census.orphans;
        return;
    }
    for (const auto& key : census.removable) {
        if (stop.stop_requested()) throw Stopped();
        if (is_used(catalog, key)) continue;  // the census may be hours old
        if (remove_object(store, key, swept)) ++swept.orphans;
    }
}

void hash_file(const stream::FileSlice& slice, ContentHasher& hasher) {
    std::array<std::byte, 64 * 1024> buffer;
    auto offset = slice.offset;
    const auto end = slice.offset + slice.length;
    while (offset < end) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), end - offset);
        const auto count =
            ::pread(slice.file->get(), buffer.data(), wanted, static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error("cannot read", "its object", errno);
        if (count == 0) throw Error(ErrorKind::corrupt, "its object ends early");
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

/// What a look at the object of a blob has shown.
struct Finding {
    std::string problem;                         // empty when there is none
    std::optional<model::BlobState> state = {};  // absent when it cannot be told
};

Finding look_at(storage::BlobStore& store, const model::Blob& blob, Thoroughness thoroughness) {
    using model::BlobState;
    try {
        const auto length = store.length(blob.object_key);
        if (!length) return {"its object is missing", BlobState::missing};
        if (*length != blob.stored_length) {
            return {
                "its object has " + std::to_string(*length) + " bytes instead of " +
                    std::to_string(blob.stored_length),
                BlobState::damaged};
        }
        if (thoroughness == Thoroughness::sizes) {
            if (blob.state == BlobState::damaged) return {"it is marked as damaged"};
        } else if (blob.stored_length > 0 && !has_digest(store, blob)) {
            return {"the bytes of its object are not those that were stored", BlobState::damaged};
        }
        return {"", BlobState::sound};
    } catch (const Error& error) {
        return {error.what()};
    }
}

/// So that no download sends what is known to be wrong, and an upload of the content mends it.
void mark(catalog::Catalog& catalog, const model::Blob& blob, const Finding& finding) {
    if (!finding.state || *finding.state == blob.state) return;
    catalog.write([&](catalog::Change& change) {
        catalog::mark_blob(everything(), change, blob.key, blob.object_key, *finding.state);
    });
}

}  // namespace

Swept sweep(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    UnixMillis now,
    const std::stop_token& stop
) {
    const auto before = now - grace_period;
    Swept swept;
    sweep_blobs(catalog, store, before, stop, swept);
    try {
        sweep_orphans(catalog, store, before, stop, swept);
    } catch (const Stopped&) {
        // Nothing is half-done: what is left is found again.
    }
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
            const auto finding = look_at(store, blob, thoroughness);
            mark(catalog, blob, finding);
            if (!finding.problem.empty()) {
                problem(
                    "blob " + std::to_string(blob.key) + " ('" + blob.object_key +
                    "'): " + finding.problem
                );
            }
        }
        after = blobs.back().key;
    }
    try {
        store.for_each([&](const storage::ObjectStatus& object) {
            if (!is_used(catalog, object.key)) ++report.orphans;
        });
    } catch (const Error& error) {
        problem(std::string("the objects cannot be counted: ") + error.what());
    }
    return report;
}

}  // namespace larmor::archive
