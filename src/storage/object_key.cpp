// SPDX-License-Identifier: Apache-2.0
#include "storage/object_key.hpp"

#include "base/error.hpp"

namespace larmor::storage {
namespace {

// One name in a path of at most NAME_MAX bytes.
bool consists_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.size() <= 255 &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

bool is_valid_batch(std::string_view name) {
    return consists_of(name, "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

bool is_valid_key(std::string_view key) {
    const auto slash = key.find('/');
    return slash != std::string_view::npos && is_valid_batch(key.substr(0, slash)) &&
           consists_of(key.substr(slash + 1), "0123456789");
}

void require_valid_key(const std::string& key) {
    if (is_valid_key(key)) return;
    throw Error(ErrorKind::corrupt, "'" + key + "' is not the key of a stored object");
}

std::string_view batch_of(std::string_view key) {
    return key.substr(0, key.find('/'));
}

}  // namespace larmor::storage
