// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// The form of a key in a folder of files: `<batch>/<n>`, a batch of digits, letters and `-`.
namespace larmor::storage {

bool is_valid_batch(std::string_view name);
bool is_valid_key(std::string_view key);
/// Keys come back from the catalog; one that could lead out of the folder is corrupt.
void require_valid_key(const std::string& key);
/// The part before the slash of a valid key.
std::string_view batch_of(std::string_view key);

}  // namespace larmor::storage
