// SPDX-License-Identifier: Apache-2.0
#include "catalog/file_cache.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <unordered_map>

#include "catalog/file_rows.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {

struct FileCache::State {
    struct Entry {
        Key resource = 0;
        std::int64_t revision = 0;
        std::shared_ptr<const ResourceFiles> files;
    };
    using Entries = std::list<Entry>;

    std::shared_ptr<const ResourceFiles> find(const model::Resource& resource);
    /// Gives back `files`, or the same rows that another has brought meanwhile.
    std::shared_ptr<const ResourceFiles> keep(
        const model::Resource& resource, std::shared_ptr<const ResourceFiles> files
    );
    std::shared_ptr<const ResourceFiles> find_used(const model::Resource& resource);
    void note_used(
        const model::Resource& resource, const std::shared_ptr<const ResourceFiles>& files
    );
    void insert(const model::Resource& resource, const std::shared_ptr<const ResourceFiles>& files);
    void drop(Entries::iterator entry);

    std::size_t bytes_max = 0;
    std::mutex mutex;
    std::size_t bytes = 0;
    Entries entries;  // the one used last in front; one revision of each resource
    std::unordered_map<Key, Entries::iterator> by_resource;
    struct Used {
        std::int64_t revision = 0;
        std::weak_ptr<const ResourceFiles> files;
    };
    std::unordered_map<Key, Used> used;  // also what is not kept, as long as somebody holds it
    std::size_t used_max = 64;           // until those that nobody holds are swept out
};

FileCache::FileCache(std::size_t bytes_max) : state_(std::make_unique<State>()) {
    state_->bytes_max = bytes_max;
}

FileCache::~FileCache() = default;

std::shared_ptr<const ResourceFiles> FileCache::get(
    const Visibility& visibility, Snapshot& snapshot, const model::Resource& resource
) {
    return get_all(visibility, snapshot, {resource}).front();
}

std::vector<std::shared_ptr<const ResourceFiles>> FileCache::get_all(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<model::Resource>& resources
) {
    // A writer may see a revision that is undone later and then given to other rows.
    const bool is_cached = !snapshot.connection().is_writing();
    std::vector<std::shared_ptr<const ResourceFiles>> result(resources.size());
    std::vector<std::size_t> unknown;
    std::vector<Key> keys;
    for (std::size_t i = 0; i < resources.size(); ++i) {
        if (!visibility.may_read(resources[i].project)) {
            result[i] = std::make_shared<FileRows>();
        } else if (is_cached) {
            result[i] = state_->find(resources[i]);
        }
        if (result[i]) continue;
        unknown.push_back(i);
        keys.push_back(resources[i].key);
    }
    const auto read = read_file_rows(visibility, snapshot, keys);
    for (std::size_t i = 0; i < read.size(); ++i) {
        const auto& resource = resources[unknown[i]];
        const bool is_kept = is_cached && read[i]->revision() == resource.revision;
        result[unknown[i]] = is_kept ? state_->keep(resource, read[i]) : read[i];
    }
    return result;
}

std::shared_ptr<const ResourceFiles> FileCache::State::find(const model::Resource& resource) {
    const std::lock_guard lock(mutex);
    const auto known = by_resource.find(resource.key);
    if (known == by_resource.end() || known->second->revision != resource.revision) {
        auto files = find_used(resource);
        if (files) insert(resource, files);
        return files;
    }
    entries.splice(entries.begin(), entries, known->second);
    return entries.front().files;
}

std::shared_ptr<const ResourceFiles> FileCache::State::find_used(const model::Resource& resource) {
    const auto known = used.find(resource.key);
    if (known == used.end() || known->second.revision != resource.revision) return {};
    return known->second.files.lock();
}

void FileCache::State::note_used(
    const model::Resource& resource, const std::shared_ptr<const ResourceFiles>& files
) {
    auto& latest = used[resource.key];
    if (latest.revision <= resource.revision) latest = {resource.revision, files};
    if (used.size() <= used_max) return;
    std::erase_if(used, [](const auto& one) { return one.second.files.expired(); });
    used_max = std::max<std::size_t>(64, 2 * used.size());
}

std::shared_ptr<const ResourceFiles> FileCache::State::keep(
    const model::Resource& resource, std::shared_ptr<const ResourceFiles> files
) {
    const std::lock_guard lock(mutex);
    if (auto same = find_used(resource)) return same;
    note_used(resource, files);
    insert(resource, files);
    return files;
}

void FileCache::State::insert(
    const model::Resource& resource, const std::shared_ptr<const ResourceFiles>& files
) {
    const auto size = files->memory_bytes();
    if (size > bytes_max) return;
    const auto known = by_resource.find(resource.key);
    if (known != by_resource.end()) {
        if (known->second->revision >= resource.revision) return;
        drop(known->second);
    }
    while (bytes + size > bytes_max)
        drop(std::prev(entries.end()));
    bytes += size;
    entries.push_front({resource.key, resource.revision, files});
    by_resource[resource.key] = entries.begin();
}

void FileCache::State::drop(Entries::iterator entry) {
    bytes -= entry->files->memory_bytes();
    by_resource.erase(entry->resource);
    entries.erase(entry);
}

}  // namespace larmor::catalog
