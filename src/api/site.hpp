// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/call.hpp"

// Handlers of what is not the tree.
namespace larmor::api {

http::Reply get_liveness(const Services& services, const Call& call);
http::Reply get_readiness(const Services& services, const Call& call);
http::Reply get_build_info(const Services& services, const Call& call);
http::Reply get_session_id(const Services& services, const Call& call);
http::Reply delete_session_id(const Services& services, const Call& call);
http::Reply get_signed_in_user(const Services& services, const Call& call);

}  // namespace larmor::api
