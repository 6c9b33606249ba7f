// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/call.hpp"

// Handlers of `/user/cache`, the scratch space of whoever asks.
namespace larmor::api {

http::Reply list_cache_resources(const Services& services, const Call& call);
/// A list, an archive or a file, as the same path of a resource gives it.
http::Reply get_cache_files(const Services& services, const Call& call);
http::Reply put_cache_resource(const Services& services, const Call& call);
http::Reply put_cache_files(const Services& services, const Call& call);
http::Reply delete_cache_resource(const Services& services, const Call& call);
http::Reply delete_cache_files(const Services& services, const Call& call);

}  // namespace larmor::api
