// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "archive/resolve.hpp"
#include "archive/selector.hpp"
#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::archive {

/// XNAT's `all=true`: with an experiment alone, also the resources of its scans,
/// reconstructions and assessors.
enum class Depth { own_level, everything_below };

/// A resource and what must be known of its owners to name its files.
struct SelectedResource {
    model::Resource resource;
    std::string root;        // label of the session, label of the subject, or id of the project
    std::string item_id;     // of a scan or reconstruction; accession id of an assessor
    std::string item_label;  // of an assessor
    std::string item_type;   // of a scan or reconstruction
    std::string item_xsi_type;
    ItemKind kind = ItemKind::none;
    std::string uri;  // of the owner, without context: /data/experiments/XNAT_E00001/scans/1

    /// `in` or `out` of an assessor's or reconstruction's resource, else empty.
    std::string direction() const;
    /// The label, or the numeric id of an unlabelled one.
    std::string label() const;
};

struct Selection {
    /// What a download is called: the label of the first session, of the subject, the project id.
    std::string name;
    /// `/data/projects/P/subjects/S` when the path had both, else `/data`.
    std::string context_uri;
    Depth depth = Depth::own_level;
    bool by_resource = false;  // the path named resources
    /// Sessions, then scans, reconstructions and assessors, each in natural order of label or id,
    /// then in natural order of resource label.
    std::vector<SelectedResource> resources;
};

/// Throws not_found as resolve() does, and for a numeric resource id that is not among those the
/// path names.
Selection select(
    const model::Visibility& visibility,
    catalog::Snapshot& snapshot,
    const Selector& selector,
    Depth depth
);

}  // namespace larmor::archive
