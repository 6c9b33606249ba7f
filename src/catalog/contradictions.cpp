// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catalog/blobs.hpp"
#include "catalog/visible.hpp"
#include "sql/connection.hpp"

namespace larmor::catalog {
namespace {

/// Each selects one sentence for each row that is wrong.
constexpr std::array<std::string_view, 6> checks = {
    "SELECT 'resource ' || r.key || ' says ' || r.file_count || ' files of ' || r.file_size || "
    "' bytes, and has ' || count(f.path) || ' of ' || coalesce(sum(b.size), 0) "
    "FROM resource r LEFT JOIN file f ON f.resource = r.key LEFT JOIN blob b ON b.key = f.blob "
    "GROUP BY r.key, r.file_count, r.file_size "
    "HAVING r.file_count <> count(f.path) OR r.file_size <> coalesce(sum(b.size), 0) "
    "ORDER BY r.key",

    "SELECT 'blob ' || b.key || ' has no file and is not marked so' FROM blob b "
    "WHERE b.unreferenced_since IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM file WHERE file.blob = b.key) ORDER BY b.key",

    "SELECT 'blob ' || b.key || ' is marked as without a file and has one' FROM blob b "
    "WHERE b.unreferenced_since IS NOT NULL "
    "AND EXISTS (SELECT 1 FROM file WHERE file.blob = b.key) ORDER BY b.key",

    "SELECT 'file ' || f.path || ' of resource ' || f.resource || ' has no blob' FROM file f "
    "WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.key = f.blob) ORDER BY f.resource, f.path",

    "SELECT 'resource ' || r.key || ' has no owner, or is in another project than its ' || "
    "r.owner_kind || ' ' || r.owner FROM resource r WHERE NOT EXISTS ("
    "SELECT 1 FROM project o WHERE r.owner_kind = 'project' AND o.key = r.owner "
    "AND o.key = r.project UNION ALL "
    "SELECT 1 FROM subject o WHERE r.owner_kind = 'subject' AND o.key = r.owner "
    "AND o.project = r.project UNION ALL "
    "SELECT 1 FROM experiment o WHERE r.owner_kind = 'experiment' AND o.key = r.owner "
    "AND o.project = r.project UNION ALL "
    "SELECT 1 FROM scan o JOIN experiment e ON e.key = o.session "
    "WHERE r.owner_kind = 'scan' AND o.key = r.owner AND e.project = r.project UNION ALL "
    "SELECT 1 FROM reconstruction o JOIN experiment e ON e.key = o.session "
    "WHERE r.owner_kind = 'reconstruction' AND o.key = r.owner AND e.project = r.project) "
    "ORDER BY r.key",

    "SELECT 'assessor ' || a.id || ' has another subject than its session ' || s.label "
    "FROM experiment a JOIN experiment s ON s.key = a.session "
    "WHERE coalesce(a.subject, 0) <> coalesce(s.subject, 0) ORDER BY a.key",
};

}  // namespace

std::vector<std::string> find_contradictions(const Visibility& visibility, Snapshot& snapshot) {
    require_everything(visibility, "the check of the catalog");
    std::vector<std::string> sentences;
    std::string sentence;
    for (const auto check : checks) {
        snapshot.connection().for_each(check, {}, {sentence}, [&] {
            sentences.push_back(sentence);
        });
    }
    return sentences;
}

}  // namespace larmor::catalog
