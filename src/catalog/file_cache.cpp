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
    void keep(const model::Resource& resource, std::shared_ptr<const ResourceFiles> files);
    void drop(Entries::iterator entry);

    std::size_t bytes_max = 0;
    std::mutex mutex;
    std::size_t bytes = 0;
    Entries entries;  // the one used last in front; one revision of each resource
    std::unordered_map<Key, Entries::iterator> by_resource;
};

FileCache::FileCache(std::size_t bytes_max) : state_(std::make_unique<State>()) {
    state_->bytes_max = bytes_max;
}

FileCache::~FileCache() = default;

std::shared_ptr<const ResourceFiles> FileCache::get(
    const Visibility& visibility, Snapshot& snapshot, const model::Resource& resource
) {
    if (!visibility.may_read(resource.project)) return std::make_shared<FileRows>();
    // A writer may see a revision that is undone later and then given to other rows.
    const bool is_cached = !snapshot.connection().is_writing();
    if (is_cached) {
        if (auto known = state_->find(resource)) return known;
    }
    auto files = read_file_rows(visibility, snapshot, resource);
    if (is_cached && files->revision() == resource.revision) state_->keep(resource, files);
    return files;
}

std::shared_ptr<const ResourceFiles> FileCache::State::find(const model::Resource& resource) {
    const std::lock_guard lock(mutex);
    const auto known = by_resource.find(resource.key);
    if (known == by_resource.end() || known->second->revision != resource.revision) return {};
    entries.splice(entries.begin(), entries, known->second);
    return entries.front().files;
}

void FileCache::State::keep(
    const model::Resource& resource, std::shared_ptr<const ResourceFiles> files
) {
    const auto size = files->memory_bytes();
    if (size > bytes_max) return;
    const std::lock_guard lock(mutex);
    const auto known = by_resource.find(resource.key);
    if (known != by_resource.end()) {
        if (known->second->revision >= resource.revision) return;
        drop(known->second);
    }
    while (bytes + size > bytes_max)
        drop(std::prev(entries.end()));
    bytes += size;
    entries.push_front({resource.key, resource.revision, std::move(files)});
    by_resource[resource.key] = entries.begin();
}

void FileCache::State::drop(Entries::iterator entry) {
    bytes -= entry->files->memory_bytes();
    by_resource.erase(entry->resource);
    entries.erase(entry);
}

}  // namespace larmor::catalog
