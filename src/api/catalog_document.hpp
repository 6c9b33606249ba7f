// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "archive/listing.hpp"
#include "stream/source.hpp"

namespace larmor::api {

/// XNAT's catalog document of one resource, page by page.
std::unique_ptr<stream::Pages> catalog_document(archive::FileListing listing, model::Key resource);

/// XNAT's `xcat`: a catalog of any files by their whole addresses, with the name that each has in
/// an archive and its size. `site` stands before every address: `http://archive.example`.
std::unique_ptr<stream::Pages> address_catalog(archive::FileListing listing, std::string site);

}  // namespace larmor::api
