// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time.hpp"

// The things an archive holds, in XNAT's words, as plain structs. `key` is the catalog's integer
// (0: not stored yet) and never leaves the server but as the numeric id of a resource; `id` and
// `label` are what users see.
namespace larmor::model {

using Key = std::int64_t;

/// Every field that has no member of its own, by its path below the element: `demographics/age`,
/// `scanner/model`, `fields/field[name=foo]/field`. Never an empty value.
using Fields = std::map<std::string, std::string>;

enum class Accessibility { private_, protected_, public_ };

/// Who wrote an object first, and when.
struct Origin {
    UnixMillis inserted = 0;
    std::string user;
};

struct Project {
    Key key = 0;
    std::string id;
    std::string secondary_id;
    std::string name;
    std::string description;
    Accessibility accessibility = Accessibility::protected_;
    Fields fields;  // keywords, pi_firstname, …
    Origin origin;
    Key cache_of = 0;  // the user whose cache it holds, which is no project to anybody else
};

struct Subject {
    Key key = 0;
    std::string id;  // accession id, XNAT_S00001
    Key project = 0;
    std::string project_id;
    std::string label;
    Fields fields;
    Origin origin;
};

/// A session or an image assessor: an assessor has a session, and both have a subject.
struct Experiment {
    Key key = 0;
    std::string id;  // accession id, XNAT_E00001
    Key project = 0;
    std::string project_id;
    Key subject = 0;
    std::string subject_id;
    std::string subject_label;
    Key session = 0;  // 0 unless this is an assessor
    std::string session_id;
    std::string session_label;
    std::string xsi_type;  // xnat:mrSessionData
    std::string label;
    std::string date;  // yyyy-MM-dd or empty
    Fields fields;
    Origin origin;
};

struct Scan {
    Key key = 0;
    Key session = 0;
    std::string id;  // unique in its session
    std::string type;
    std::string xsi_type;
    std::string quality;
    std::string note;
    std::string series_description;
    Fields fields;
    Origin origin;
};

struct Reconstruction {
    Key key = 0;
    Key session = 0;
    std::string id;  // unique in its session
    std::string type;
    std::string base_scan_type;
    Fields fields;
    Origin origin;
};

/// What a resource hangs on.
enum class OwnerKind { project, subject, experiment, scan, reconstruction };
struct Owner {
    OwnerKind kind = OwnerKind::project;
    Key key = 0;
    auto operator<=>(const Owner&) const = default;
};

/// `none` is the only one but for assessors and reconstructions, whose resources are out or in.
enum class Direction { none, out, in };

}  // namespace larmor::model
