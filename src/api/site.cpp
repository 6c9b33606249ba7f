// SPDX-License-Identifier: Apache-2.0
#include "api/site.hpp"

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "archive/browse.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
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

template <class Check>
void note_failure(std::vector<std::string>& reasons, const std::string& request_id, Check check) {
    try {
        check();
    } catch (const Error& error) {
        log(LogLevel::warning, std::string("not ready: ") + error.what(), {{"request", request_id}}
        );
        reasons.emplace_back(*error.reason() != '\0' ? error.reason() : "the archive fails");
    }
}

}  // namespace

http::Reply get_liveness(const Services&, const Call&) {
    return text_answer("alive\n");
}

/// Ready: the catalog and the store can be read and written to. Otherwise 503, whatever is wrong,
/// with all that is wrong in one line.
http::Reply get_readiness(const Services& services, const Call& call) {
    std::vector<std::string> reasons;
    const auto& id = call.request.id;
    note_failure(reasons, id, [&] { archive::check_catalog(services.catalog); });
    note_failure(reasons, id, [&] { services.store.check(); });
    if (reasons.empty()) return text_answer("ready\n");
    auto answer = text_answer("not ready: " + join(reasons, "; ") + "\n", 503);
    answer.headers.add("Retry-After", "2");
    return answer;
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
    const bool is_secure = scheme_of(call.request) == http::Scheme::https;
    answer.headers.add(
        "Set-Cookie",
        session_cookie + ("=" + id) + "; Path=/; HttpOnly" + (is_secure ? "; Secure" : "")
    );
    return answer;
}

http::Reply delete_session_id(const Services&, const Call&) {
    return text_answer("");
}

http::Reply get_signed_in_user(const Services&, const Call& call) {
    return text_answer("User '" + call.who.user.name + "' is logged in");
}

}  // namespace larmor::api
