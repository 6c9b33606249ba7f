// SPDX-License-Identifier: Apache-2.0
#include "api/application.hpp"

#include <algorithm>
#include <cctype>

#include "api/error_answer.hpp"
#include "api/path.hpp"
#include "api/routes.hpp"
#include "api/status.hpp"
#include "api/tunnel.hpp"
#include "archive/inside_zip.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "model/names.hpp"

namespace larmor::api {
namespace {

/// Below these nothing is told to those who are not signed in, not even what exists.
bool is_guarded(const http::Request& request) {
    const auto& segments = request.target.segments;
    return !segments.empty() &&
           (segments[0] == "data" || segments[0] == "REST" || segments[0] == "xapi");
}

const auth::Identity& nobody() {
    static const auth::Identity identity{{}, model::Visibility::of_projects({})};
    return identity;
}

/// What OPTIONS asks for, and every other method that is not there is told.
http::Answer tell_methods(
    const http::Request& request, const std::string& method, std::string methods
) {
    const bool asked = request.method == "OPTIONS";
    auto answer = asked ? text_answer("")
                        : error_answer(request, 405, "'" + method + "' is not offered here");
    answer.headers.add("Allow", std::move(methods));
    return answer;
}

/// An error of a request that was signed in: the log line names the user of failures too.
struct ErrorOfUser {
    std::string user;
    std::exception_ptr error;
};

template <class Step>
auto as_user(const std::string& user, Step step) {
    try {
        return step();
    } catch (...) {
        throw ErrorOfUser{user, std::current_exception()};
    }
}

/// Notes who asked on whatever comes after the body.
class UploadOf : public http::Upload {
public:
    UploadOf(std::unique_ptr<http::Upload> upload, std::string user)
        : upload_(std::move(upload)), user_(std::move(user)) {}
    std::string user() const override { return user_; }
    void push(std::span<const std::byte> bytes) override {
        as_user(user_, [&] { upload_->push(bytes); });
    }
    http::Answer finish() override {
        auto answer = as_user(user_, [&] { return upload_->finish(); });
        answer.user = user_;
        return answer;
    }

private:
    std::unique_ptr<http::Upload> upload_;
    std::string user_;
};

http::Reply with_user(http::Reply reply, const std::string& user) {
    if (auto* answer = std::get_if<http::Answer>(&reply)) {
        answer->user = user;
        return reply;
    }
    return std::make_unique<UploadOf>(
        std::move(std::get<std::unique_ptr<http::Upload>>(reply)), user
    );
}

/// A path with a tail that nothing has. A client that forgot `/files` is told so.
[[noreturn]] void refuse_path(const http::Request& request, const std::string& method) {
    const auto& segments = request.target.segments;
    const bool below_resource =
        is_guarded(request) &&
        std::find(segments.begin(), segments.end(), "resources") != segments.end();
    // XNAT says so of a tail that a project has not.
    const bool writes = method == "PUT" || method == "DELETE";
    const bool below_project =
        writes && std::find(segments.begin(), segments.end(), "projects") != segments.end();
    const auto kind =
        below_resource || below_project ? ErrorKind::invalid_argument : ErrorKind::not_found;
    throw Error(
        kind,
        below_resource ? "nothing is at this path; files of a resource are below /files/"
                       : "nothing is at this path"
    );
}

/// RFC 9110 §14.5: part of a file is not to be taken for the whole.
void refuse_part_of_file(const http::Request& request, const std::string& method) {
    if ((method != "PUT" && method != "POST") || !request.headers.find("Content-Range")) return;
    throw Error(
        ErrorKind::invalid_argument,
        "an upload cannot be resumed: send the whole file, without Content-Range"
    );
}

/// Of a request that means none a POST's, whose rules then hold.
std::string method_or_post(const http::Request& request) {
    try {
        return method_of(request);
    } catch (const Error&) {
        return request.method;
    }
}

/// No file can be stored under such a path, so asking for one is a mistake and not a miss.
/// A member of a zip may have a longer one.
void check_lengths(const std::string& file) {
    if (!archive::split_at_zips(file).empty()) return;
    bool fits = file.size() <= model::path_bytes_max;
    for (const auto segment : split(file, '/'))
        fits = fits && segment.size() <= model::segment_bytes_max;
    if (fits) return;
    throw Error(
        ErrorKind::invalid_argument, "a file's path has at most 1,024 bytes, and a part of it 255"
    );
}

unsigned status_for(const http::Request& request, ErrorKind kind) {
    const auto path = parse_path(request.target);
    const auto* route = path ? find_route(path->place, method_or_post(request)) : nullptr;
    if (route != nullptr) {
        for (const auto& override : route->overrides) {
            if (override.kind == kind) return override.status;
        }
    }
    return http_status(kind);
}

std::string to_sentence(std::string reason) {
    reason[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(reason[0])));
    return reason;
}

/// What the client is told. Of the server's own troubles the reason, or else the kind, and the
/// request, and no more: the message, in the log, may name folders and rows.
std::string public_message(const http::Request& request, const Error& error) {
    const auto see_log = "; the server's log names request " + request.id;
    const bool is_ours = http_status(error.kind()) >= 500;
    if (is_ours && *error.reason() != '\0') return to_sentence(error.reason()) + see_log;
    switch (error.kind()) {
        case ErrorKind::no_space: return "The server's disk is full" + see_log;
        case ErrorKind::corrupt: return "What is stored contradicts itself" + see_log;
        case ErrorKind::unavailable:
            return "The archive cannot answer now; try again in a moment" + see_log;
        default: return error.what();
    }
}

http::Answer answer_for(const http::Request& request, const Error& error) {
    auto answer =
        error_answer(request, status_for(request, error.kind()), public_message(request, error));
    if (answer.status == 401) {
        answer.headers.add("WWW-Authenticate", "Basic realm=\"Larmor\", charset=\"UTF-8\"");
    }
    if (answer.status == 503) answer.headers.add("Retry-After", "2");
    return answer;
}

}  // namespace

Application::Application(
    catalog::Catalog& catalog,
    storage::BlobStore& store,
    auth::SignIn& sign_in,
    const archive::ExtractLimits& extract_limits
)
    : sign_in_(sign_in),
      downloads_(catalog, store),
      services_{catalog, store, downloads_, extract_limits} {}

std::optional<auth::Identity> Application::find_identity(const http::Request& request) {
    const auto authorization = request.headers.find("Authorization");
    if (!authorization) return {};
    const auto credentials = auth::parse_basic(*authorization);
    return sign_in_.verify(credentials.name, credentials.password);
}

http::Reply Application::handle(const http::Request& request) {
    const auto path = parse_path(request.target);
    const auto method = method_of(request);
    const auto* route = path ? find_route(path->place, method) : nullptr;
    const bool open = route != nullptr && route->access == Access::open;
    // Wrong credentials are refused even where none are needed.
    const auto identity = find_identity(request);
    if (!identity && (route != nullptr ? !open : is_guarded(request))) {
        throw Error(ErrorKind::unauthenticated, "The request requires user authentication");
    }
    if (request.method == "POST" && !open && is_of_another_site(request)) {
        throw Error(ErrorKind::forbidden, "a POST is not taken from a page of another site");
    }
    if (request.target.text == "*") return tell_methods(request, method, methods_of_all_paths);
    const auto& who = identity ? *identity : nobody();
    const auto& user = who.user.name;
    return as_user(user, [&]() -> http::Reply {
        if (!path) refuse_path(request, method);
        if (route == nullptr) return tell_methods(request, method, allowed_methods(path->place));
        check_lengths(path->file);
        refuse_part_of_file(request, method);
        if (method != request.method) {
            log(LogLevel::info, "a POST means " + method, {{"request", request.id}});
        }
        return with_user(route->handler(services_, {request, *path, who}), user);
    });
}

http::Answer Application::answer_error(
    const http::Request& request, std::exception_ptr error
) noexcept {
    try {
        std::rethrow_exception(error);
    } catch (const ErrorOfUser& of_user) {
        auto answer = answer_error(request, of_user.error);
        answer.user = of_user.user;
        return answer;
    } catch (const Error& known) {
        if (http_status(known.kind()) >= 500) {
            log(LogLevel::error, known.what(), {{"request", request.id}});
        }
        return answer_for(request, known);
    } catch (const std::exception& unknown) {
        log(LogLevel::error, unknown.what(), {{"request", request.id}});
    } catch (...) {
        log(LogLevel::error, "an unknown exception", {{"request", request.id}});
    }
    return error_answer(request, 500, "The server failed; its log names request " + request.id);
}

}  // namespace larmor::api
