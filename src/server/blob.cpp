// SPDX-License-Identifier: Apache-2.0
#include "server/blob.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "archive/content.hpp"
#include "server/data_folder.hpp"
#include "server/existing_archive.hpp"
#include "storage/filesystem_blob_store.hpp"

namespace larmor::server {
namespace {

std::string describe(model::BlobState state) {
    switch (state) {
        case model::BlobState::sound: return "sound";
        case model::BlobState::missing: return "missing";
        case model::BlobState::damaged: return "damaged";
    }
    return "";
}

}  // namespace

bool print_blob(const BlobCommand& command) {
    require_archive(command.configuration);
    const auto file = catalog_file_in(command.configuration.data);
    auto catalog = catalog::Catalog::open_for_reading(file.string());
    const auto everything = model::Visibility::everything();
    const auto blob = archive::find_content(catalog, everything, command.sha256);
    if (!blob) {
        const auto sha256 = digest_to_hex(command.sha256);
        fmt::print(stderr, "larmor: nothing in this archive has the SHA-256 {}\n", sha256);
        return false;
    }
    const auto objects = command.configuration.objects_folder();
    fmt::print("object  {}\n", storage::object_path(objects, blob->object_key).string());
    fmt::print("size    {}\n", blob->digest.size);
    fmt::print("state   {}\n", describe(blob->state));
    const auto files =
        archive::for_each_address(catalog, everything, blob->key, [](const std::string& address) {
            fmt::print("file    {}\n", address);
        });
    if (files == 0) fmt::print("No file has it any more; it goes after the grace period.\n");
    return true;
}

}  // namespace larmor::server
