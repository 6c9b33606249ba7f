// SPDX-License-Identifier: Apache-2.0
#include "api/site.hpp"

#include <boost/json.hpp>

#include "archive/browse.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "http/cookies.hpp"

namespace larmor::api {
namespace {

/// The release of XNAT whose interface this is; clients choose their requests by it.
constexpr const char* xnat_version = "1.8.10";

constexpr const char* session_cookie = "JSESSIONID";

/// As it is made here, and by XNAT in capitals.
bool is_session_id(std::string_view text) {
    return text.size() == 32 && from_hex(text).has_value();
}

}  // namespace

http::Reply get_liveness(const Services&, const Call&) {
    return text_answer("alive\n");
}

/// Ready: the catalog answers and the store can be written to.
http::Reply get_readiness(const Services& services, const Call&) {
    archive::check_catalog(services.catalog);
    services.store.check();
    return text_answer("ready\n");
}

http::Reply get_build_info(const Services&, const Call&) {
    http::Answer answer;
    answer.content_type = "application/json";
    answer.body = boost::json::serialize(boost::json::object{
        {"version", xnat_version}, {"server", "Larmor " LARMOR_VERSION}});
    return answer;
}

/// There are no sessions yet: every request is signed in by itself. Clients that ask for an id
/// get one, keep it, and go on with Basic.
http::Reply get_session_id(const Services&, const Call& call) {
    const auto known = http::find_cookie(call.request.headers, session_cookie);
    if (known && is_session_id(*known)) return text_answer(*known);
    const auto id = random_hex(16);
    auto answer = text_answer(id);
    answer.headers.add("Set-Cookie", session_cookie + ("=" + id) + "; Path=/; HttpOnly");
    return answer;
}

http::Reply delete_session_id(const Services&, const Call&) {
    return text_answer("");
}

http::Reply get_signed_in_user(const Services&, const Call& call) {
    return text_answer("User '" + call.who.user.name + "' is logged in");
}

}  // namespace larmor::api
