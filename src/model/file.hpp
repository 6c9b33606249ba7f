// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "model/tree.hpp"

namespace larmor::model {

struct Resource {
    Key key = 0;      // XNAT's xnat_abstractresource_id
    Key project = 0;  // of its owner: who may read the project may read the resource
    Owner owner;
    Direction direction = Direction::none;
    std::string label;  // empty: unlabelled
    std::string format;
    std::string content;
    std::string description;
    std::string tags;
    std::uint64_t file_count = 0;
    std::uint64_t file_size = 0;  // bytes, of all its files
    std::int64_t revision = 0;    // changes in the transaction that changes its files
};

enum class BlobState { sound, missing, damaged };

/// Content that is stored once, however many files have it.
struct Blob {
    Key key = 0;
    ContentDigest digest;
    std::string object_key;  // in the blob store
    std::uint64_t stored_length = 0;
    BlobState state = BlobState::sound;
};

struct File {
    std::string path;  // relative to its resource, `/` between folders
    std::string format;
    std::string content;
    std::string tags;
    std::string description;
    UnixMillis created = 0;  // time of arrival
    std::string user;
    Blob blob;

    std::string name() const { return path.substr(path.rfind('/') + 1); }
};

}  // namespace larmor::model
