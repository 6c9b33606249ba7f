// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace larmor::auth {

/// Makes libsodium ready; throws unavailable when the system gives no random numbers.
void prepare_sodium();

/// Whether `hash` was made from `password`; about 0.1 s and 64 MiB. A hash that is none of ours
/// fits no password. Throws unavailable when there is no memory for it.
bool password_matches(const std::string& hash, std::string_view password);

/// A hash that no password has and that costs as much to verify as any other. Made up, since a
/// real one would hold up the start of the server.
std::string make_unmatched_hash();

}  // namespace larmor::auth
