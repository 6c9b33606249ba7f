// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/sign_in.hpp"
#include "catalog/catalog.hpp"
#include "storage/blob_store.hpp"

namespace larmor::server {

/// Fills an archive without projects with the project TEST: an MR session of a phantom in the
/// layout of XNAT's download guide; goes on with it when it was killed on the way. True when the
/// demonstration is there, now or already. False when the archive has projects of others, or the
/// demonstration was deleted: then nothing is done.
bool fill_demo(catalog::Catalog& catalog, storage::BlobStore& store, const auth::Identity& who);

/// Three commands to try on it, for the terminal.
std::string demo_commands(const std::string& url, const std::string& user);

}  // namespace larmor::server
