// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "catalog/catalog.hpp"

// Parts of deletions, by sets of rows. Each argument is a query of keys, made of integers and
// names of ours only.
namespace larmor::catalog {

/// The experiments that go when these go: themselves and the assessors of the sessions.
std::string with_assessors(const std::string& experiments);
/// The resources of these experiments, their scans and their reconstructions.
std::string resources_of_experiments(const std::string& experiments);
std::string resources_of(std::string_view owner_kind, const std::string& owners);

/// Deletes resources with their files; blobs that lose their last file become unreferenced.
void delete_resources(Change& change, const std::string& resources);
/// Deletes experiments with all that hangs on them.
void delete_experiments(Change& change, const std::string& experiments);

}  // namespace larmor::catalog
