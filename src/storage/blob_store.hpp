// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/time.hpp"
#include "stream/sink.hpp"
#include "stream/source.hpp"

// Where bytes are. Knows keys and bytes; knows nothing of files, resources or the catalog.
namespace larmor::storage {

/// An object being written. Its key is chosen by the store and is never used again, even when
/// the object is abandoned. finish() makes bytes, name and directories durable. When push() or
/// finish() throws, the object is abandoned already: a sync that failed is never asked again, for
/// the kernel would answer as if all were written.
class NewObject : public stream::Sink {
public:
    virtual const std::string& key() const = 0;
    /// What was pushed until now, of an object that is not finished: for what is only looked at
    /// and then abandoned. Can be read after the object is gone.
    virtual stream::Segment read_back() = 0;
};

struct ObjectStatus {
    std::string key;
    std::uint64_t length = 0;
    UnixMillis written = 0;
};

/// Immutable objects under keys that the store chooses (for example
/// `20261122T093700-1a2b3c4d/17`). Every function may be called from any thread and may block.
/// Failing disks give no_space or unavailable, naming the key.
class BlobStore {
public:
    virtual ~BlobStore() = default;
    virtual std::unique_ptr<NewObject> create() = 0;
    /// finish() of each of these objects of this store, at a fraction of its cost. When it throws
    /// all of them are abandoned.
    virtual void finish(std::span<const std::unique_ptr<NewObject>> objects) = 0;
    /// The bytes [from, to) of an object. Throws missing_content when there is none under `key`.
    virtual stream::Segment read(const std::string& key, std::uint64_t from, std::uint64_t to) = 0;
    /// Absent when there is no such object.
    virtual std::optional<std::uint64_t> length(const std::string& key) = 0;
    /// Removing what is not there is no error.
    virtual void remove(const std::string& key) = 0;
    /// Every finished or half-written object, in no order.
    virtual void for_each(const std::function<void(const ObjectStatus&)>& visit) = 0;
    /// Throws no_space when `bytes` more would use up what the store keeps free. An object that
    /// grows is held to it as well.
    virtual void require_room(std::uint64_t bytes) = 0;
    /// Throws when the store cannot be written to now, or has no room. Cheap enough to be asked
    /// every second.
    virtual void check() = 0;
};

}  // namespace larmor::storage
