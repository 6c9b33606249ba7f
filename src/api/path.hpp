// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "archive/selector.hpp"
#include "http/request.hpp"

// XNAT's REST. No rule of the domain lives here: paths and queries are read, use cases called,
// and what comes back is written as JSON, XML, CSV or HTML.
namespace larmor::api {

/// What kind of thing a path names.
enum class Place {
    projects,
    project,
    subjects,
    subject,
    experiments,
    experiment,
    scans,
    scan,
    reconstructions,
    reconstruction,
    assessors,
    assessor,
    resources,
    resource,
    files,
    file,  // a path below `files`, a folder when it ends in `/`
    cache_resources,
    cache_resource,
    cache_files,
    cache_file,
    session_id,
    signed_in_user,
    build_info,
    liveness,
    readiness,
};

struct Path {
    Place place = Place::projects;
    archive::Selector selector;
    std::string file;  // below `files`
};

/// Reads `/data/…`, `/REST/…`, `/data/archive/…`, `/REST/archive/…` and the paths of the site.
/// Absent when no such thing can be.
std::optional<Path> parse_path(const http::Target& target);

}  // namespace larmor::api
