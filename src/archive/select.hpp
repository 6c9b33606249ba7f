// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "archive/resolve.hpp"
#include "archive/selector.hpp"
#include "catalog/catalog.hpp"
#include "model/file.hpp"

namespace larmor::archive {

/// XNAT's `all=true`: with experiments alone, also the resources of their scans, reconstructions
/// and assessors; with a subject or project alone, everything the user may read of it.
enum class Depth { own_level, everything_below };

/// A resource and what must be known of its owners to name its files.
struct SelectedResource {
    model::Resource resource;
    /// Label of the session, label of the subject, or id of the project. Of a subject or project as
    /// a whole, none but those of the same session have the same.
    std::string root;
    std::string project;     // id
    std::string subject;     // label; empty of a project's
    std::string item_id;     // of a scan or reconstruction; accession id of an assessor
    std::string item_label;  // of an assessor
    std::string item_type;   // of a scan or reconstruction
    std::string item_xsi_type;
    ItemKind kind = ItemKind::none;
    bool among_sessions = false;  // the selection may hold several
    bool is_in_user_cache = false;
    std::string uri;  // of the owner, without context: /data/experiments/XNAT_E00001/scans/1

    /// `in` or `out` of an assessor's or reconstruction's resource, else empty.
    std::string direction() const;
    /// The label, or the numeric id of an unlabelled one.
    std::string label() const;
    /// What names it in a path: its numeric id, or its label in a user's cache.
    std::string address() const;
};

struct Selection {
    /// What a download is called: the label of the first session; of the subject or the id of the
    /// project, when that is what was asked for or all sessions of it.
    std::string name;
    /// `/data/projects/P/subjects/S` when the path had both, else `/data`.
    std::string context_uri;
    Depth depth = Depth::own_level;
    bool by_resource = false;  // the path named resources
    /// In natural order of label or id: of the project, then subject by subject, each followed by
    /// its sessions; session by session its own, scans, reconstructions and assessors; then by
    /// resource label. Assessors that were asked for go by their own labels.
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
