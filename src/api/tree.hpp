// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/call.hpp"

// Handlers of projects, subjects, experiments, scans, reconstructions, assessors and resources.
namespace larmor::api {

http::Reply list_projects(const Services& services, const Call& call);
http::Reply list_subjects(const Services& services, const Call& call);
http::Reply list_experiments(const Services& services, const Call& call);
http::Reply list_scans(const Services& services, const Call& call);
http::Reply list_reconstructions(const Services& services, const Call& call);
http::Reply list_assessors(const Services& services, const Call& call);

http::Reply get_item(const Services& services, const Call& call);

http::Reply put_project(const Services& services, const Call& call);
http::Reply put_subject(const Services& services, const Call& call);
http::Reply put_experiment(const Services& services, const Call& call);
http::Reply put_scan(const Services& services, const Call& call);
http::Reply put_reconstruction(const Services& services, const Call& call);
http::Reply put_assessor(const Services& services, const Call& call);
http::Reply delete_item(const Services& services, const Call& call);

http::Reply list_resources(const Services& services, const Call& call);
http::Reply get_resource(const Services& services, const Call& call);
http::Reply put_resource(const Services& services, const Call& call);
/// A new resource of the `label=` in query or form, answered with its address.
http::Reply post_resources(const Services& services, const Call& call);
http::Reply delete_resource(const Services& services, const Call& call);

}  // namespace larmor::api
