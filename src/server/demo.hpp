// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "auth/sign_in.hpp"
#include "catalog/catalog.hpp"
#include "storage/blob_store.hpp"

namespace larmor::server {

/// Fills an archive without projects with the project TEST: an MR session of a phantom in the
/// layout of XNAT's download guide. False when the archive has any other project, and nothing is
/// done; true when TEST is there, now or already.
bool fill_demo(catalog::Catalog& catalog, storage::BlobStore& store, const auth::Identity& who);

/// Three commands to try on it, for the terminal.
std::string demo_commands(const std::string& url, const std::string& user);

}  // namespace larmor::server
