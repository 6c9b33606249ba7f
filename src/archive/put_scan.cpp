// SPDX-License-Identifier: Apache-2.0
#include "archive/permission.hpp"
#include "archive/put.hpp"
#include "archive/put_rules.hpp"
#include "archive/resolve.hpp"
#include "catalog/experiments.hpp"
#include "catalog/projects.hpp"
#include "catalog/scans.hpp"
#include "catalog/subjects.hpp"
#include "model/names.hpp"

namespace larmor::archive {
namespace {

using catalog::Change;

void require_same_id(const std::string& stated, const std::string& id) {
    if (!stated.empty() && stated != id) {
        throw Error(
            ErrorKind::invalid_argument,
            "the ID '" + stated + "' is not that of the path, '" + id + "'"
        );
    }
}

void apply(model::Scan& scan, const Attributes& attributes) {
    auto values = known_values(attributes, scan.xsi_type);
    std::string id;
    take(values, "ID", id);
    require_same_id(id, scan.id);
    take(values, "type", scan.type);
    take(values, "quality", scan.quality);
    take(values, "note", scan.note);
    take(values, "series_description", scan.series_description);
    merge(values, scan.fields);
}

void apply(model::Reconstruction& reconstruction, const Attributes& attributes) {
    require_type(attributes.xsi_type, "xnat:reconstructedImageData");
    auto values = known_values(attributes, "xnat:reconstructedImageData");
    std::string id;
    take(values, "ID", id);
    require_same_id(id, reconstruction.id);
    take(values, "type", reconstruction.type);
    take(values, "baseScanType", reconstruction.base_scan_type);
    merge(values, reconstruction.fields);
}

/// A `[SLASH]` in the path of a new item would be stored as a slash, which no name may hold.
std::string new_item_id(const std::string& what, const std::string& id) {
    as_unprocessable([&] { model::check_item_id(what, id); });
    return id;
}

/// PUT makes one thing by its id, so DELETE takes one thing by its id: not by a type or ALL, of
/// which today there may be just one.
void require_named_by_id(const Target& target, const Selector& selector) {
    const auto& scope = target.scope;
    const auto& item = selector.item;
    bool by_id = true;
    switch (selector.items) {
        case ItemKind::none:
            by_id = !selector.experiment || scope.experiments.front().id == *selector.experiment ||
                    scope.experiments.front().label == *selector.experiment;
            break;
        case ItemKind::scans: by_id = scope.scans.front().id == item; break;
        case ItemKind::reconstructions: by_id = scope.reconstructions.front().id == item; break;
        case ItemKind::assessors:
            by_id = scope.assessors.front().id == item || scope.assessors.front().label == item;
            break;
    }
    if (by_id) return;
    throw Error(
        ErrorKind::not_found,
        "'" + (item.empty() ? selector.experiment.value_or("") : item) +
            "' is not the ID of what is to be deleted"
    );
}

}  // namespace

PutResult put_scan(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
) {
    return catalog.write([&](Change& change) -> PutResult {
        const auto session = get_session(who, change, selector);
        require(who.visibility, session.project, Deed::edit, "session " + session.label);
        auto existing = catalog::find_scan(who.visibility, change, session.key, selector.item);
        const auto stated = existing ? attributes.xsi_type : attributes.stated_type();
        const auto& type = choose_type(
            stated, attributes.xsi_type, existing ? existing->xsi_type : "", model::TypeKind::scan
        );
        if (existing) {
            apply(*existing, attributes);
            catalog::replace_scan(who.visibility, change, *existing);
            return {PutOutcome::updated, existing->id};
        }
        model::Scan scan;
        scan.session = session.key;
        scan.id = new_item_id("scan ID", selector.item);
        scan.xsi_type = type.name;
        scan.origin = origin_of(who);
        apply(scan, attributes);
        return {PutOutcome::created, catalog::create_scan(who.visibility, change, scan).id};
    });
}

PutResult put_reconstruction(
    catalog::Catalog& catalog,
    const auth::Identity& who,
    const Selector& selector,
    const Attributes& attributes
) {
    return catalog.write([&](Change& change) -> PutResult {
        const auto session = get_session(who, change, selector);
        require(who.visibility, session.project, Deed::edit, "session " + session.label);
        auto existing =
            catalog::find_reconstruction(who.visibility, change, session.key, selector.item);
        if (existing) {
            apply(*existing, attributes);
            catalog::replace_reconstruction(who.visibility, change, *existing);
            return {PutOutcome::updated, existing->id};
        }
        model::Reconstruction made;
        made.session = session.key;
        made.id = new_item_id("reconstruction ID", selector.item);
        made.origin = origin_of(who);
        apply(made, attributes);
        made = catalog::create_reconstruction(who.visibility, change, made);
        return {PutOutcome::created, made.id};
    });
}

void remove_item(catalog::Catalog& catalog, const auth::Identity& who, const Selector& selector) {
    catalog.write([&](Change& change) {
        const auto target = resolve_target(who.visibility, change, selector);
        require_named_by_id(target, selector);
        require(who.visibility, target.project, Deed::remove, "it or what it holds");
        const auto key = target.owner.key;
        switch (target.owner.kind) {
            case model::OwnerKind::project:
                return catalog::remove_project(who.visibility, change, key);
            case model::OwnerKind::subject:
                return catalog::remove_subject(who.visibility, change, key);
            case model::OwnerKind::experiment:
                return catalog::remove_experiment(who.visibility, change, key);
            case model::OwnerKind::scan: return catalog::remove_scan(who.visibility, change, key);
            case model::OwnerKind::reconstruction:
                return catalog::remove_reconstruction(who.visibility, change, key);
        }
    });
}

}  // namespace larmor::archive
