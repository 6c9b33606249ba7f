// SPDX-License-Identifier: Apache-2.0
#include "api/routes.hpp"

#include "api/files.hpp"
#include "api/site.hpp"
#include "api/tree.hpp"
#include "api/user_cache.hpp"

namespace larmor::api {
namespace {

using enum Access;

/// XNAT's "Expectation Failed": what was sent is not enough to make the thing.
const std::vector<StatusOverride> need_put_contents{{ErrorKind::unprocessable, 417}};
/// A subject cannot be put into a project that is not there.
const std::vector<StatusOverride> subject_put{
    {ErrorKind::unprocessable, 417}, {ErrorKind::not_found, 422}};
/// A scan must be put into a session that is there.
const std::vector<StatusOverride> scan_put{
    {ErrorKind::unprocessable, 417}, {ErrorKind::not_found, 417}};

/// XNAT says so of a project that is not there.
const std::vector<StatusOverride> project_delete{{ErrorKind::not_found, 400}};

/// And so of a resource of the cache that is there.
const std::vector<StatusOverride> cache_put{{ErrorKind::conflict, 412}};

const std::vector<Route> routes{
    {Place::projects, "GET", list_projects},
    {Place::project, "GET", get_item},
    {Place::project, "PUT", put_project, signed_in, need_put_contents},
    {Place::project, "DELETE", delete_item, signed_in, project_delete},
    {Place::subjects, "GET", list_subjects},
    {Place::subject, "GET", get_item},
    {Place::subject, "PUT", put_subject, signed_in, subject_put},
    {Place::subject, "DELETE", delete_item},
    {Place::experiments, "GET", list_experiments},
    {Place::experiment, "GET", get_item},
    {Place::experiment, "PUT", put_experiment, signed_in, need_put_contents},
    {Place::experiment, "DELETE", delete_item},
    {Place::scans, "GET", list_scans},
    {Place::scan, "GET", get_item},
    {Place::scan, "PUT", put_scan, signed_in, scan_put},
    {Place::scan, "DELETE", delete_item},
    {Place::reconstructions, "GET", list_reconstructions},
    {Place::reconstruction, "GET", get_item},
    {Place::reconstruction, "PUT", put_reconstruction, signed_in, scan_put},
    {Place::reconstruction, "DELETE", delete_item},
    {Place::assessors, "GET", list_assessors},
    {Place::assessor, "GET", get_item},
    {Place::assessor, "PUT", put_assessor, signed_in, need_put_contents},
    {Place::assessor, "DELETE", delete_item},

    {Place::resources, "GET", list_resources},
    {Place::resources, "PUT", post_resources},
    {Place::resources, "POST", post_resources},
    {Place::resource, "GET", get_resource},
    {Place::resource, "PUT", put_resource},
    {Place::resource, "POST", put_resource},
    {Place::resource, "DELETE", delete_resource},
    {Place::files, "GET", get_files},
    {Place::files, "PUT", put_files},
    {Place::files, "POST", put_files},
    {Place::files, "DELETE", delete_files},
    {Place::file, "GET", get_file},
    {Place::file, "PUT", put_files},
    {Place::file, "POST", put_files},
    {Place::file, "DELETE", delete_files},

    {Place::cache_resources, "GET", list_cache_resources},
    {Place::cache_resource, "GET", get_cache_files},
    {Place::cache_resource, "PUT", put_cache_resource, signed_in, cache_put},
    {Place::cache_resource, "DELETE", delete_cache_resource},
    {Place::cache_files, "GET", get_cache_files},
    {Place::cache_files, "PUT", put_cache_files},
    {Place::cache_files, "POST", put_cache_files},
    {Place::cache_files, "DELETE", delete_cache_resource},
    {Place::cache_file, "GET", get_cache_files},
    {Place::cache_file, "PUT", put_cache_files},
    {Place::cache_file, "POST", put_cache_files},
    {Place::cache_file, "DELETE", delete_cache_files},

    {Place::session_id, "GET", get_session_id, open},
    {Place::session_id, "POST", get_session_id, open},
    {Place::session_id, "DELETE", delete_session_id, open},
    {Place::signed_in_user, "GET", get_signed_in_user},
    {Place::build_info, "GET", get_build_info, open},
    {Place::liveness, "GET", get_liveness, open},
    {Place::readiness, "GET", get_readiness, open},
};

}  // namespace

const Route* find_route(Place place, const std::string& method) {
    for (const auto& route : routes) {
        if (route.place == place && method == route.method) return &route;
    }
    return nullptr;
}

std::string allowed_methods(Place place) {
    std::string methods;
    for (const auto& route : routes) {
        if (route.place != place) continue;
        if (!methods.empty()) methods += ", ";
        methods += route.method;
        if (methods.ends_with("GET")) methods += ", HEAD";
    }
    return methods + ", OPTIONS";
}

}  // namespace larmor::api
