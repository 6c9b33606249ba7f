// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "model/tree.hpp"

namespace larmor::catalog {

/// Of these sessions; by session in the order given, then in natural order of id.
std::vector<model::Scan> list_scans(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& sessions
);
std::optional<model::Scan> find_scan(
    const Visibility& visibility, Snapshot& snapshot, Key session, std::string_view id
);
/// Throws conflict when the session has a scan of that id.
model::Scan create_scan(const Visibility& visibility, Change& change, const model::Scan& scan);
void replace_scan(const Visibility& visibility, Change& change, const model::Scan& scan);
void remove_scan(const Visibility& visibility, Change& change, Key scan);

std::vector<model::Reconstruction> list_reconstructions(
    const Visibility& visibility, Snapshot& snapshot, const std::vector<Key>& sessions
);
std::optional<model::Reconstruction> find_reconstruction(
    const Visibility& visibility, Snapshot& snapshot, Key session, std::string_view id
);
model::Reconstruction create_reconstruction(
    const Visibility& visibility, Change& change, const model::Reconstruction& reconstruction
);
void replace_reconstruction(
    const Visibility& visibility, Change& change, const model::Reconstruction& reconstruction
);
void remove_reconstruction(const Visibility& visibility, Change& change, Key reconstruction);

}  // namespace larmor::catalog
