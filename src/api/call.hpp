// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/path.hpp"
#include "archive/download.hpp"
#include "archive/extract.hpp"
#include "archive/resource.hpp"
#include "auth/sign_in.hpp"
#include "http/answer.hpp"
#include "http/request.hpp"

namespace larmor::api {

/// One request, read and signed in, on its way to its handler.
struct Call {
    const http::Request& request;
    const Path& path;
    const auth::Identity& who;

    const archive::Selector& selector() const { return path.selector; }
    const http::Query& query() const { return request.target.query; }
    /// Whether this is about the scratch space of the user.
    bool is_in_user_cache() const;
};

/// What the handlers work on.
struct Services {
    catalog::Catalog& catalog;
    storage::BlobStore& store;
    archive::Downloads& downloads;
    archive::ExtractLimits extract_limits;
};

/// `format=`, `content=`, `description=` and `tags=` of an upload or a new resource.
archive::ResourceNotes read_notes(const http::Query& query);

/// `overwrite=true`; in the user's cache, which is scratch space, unless it is `false`.
bool overwrites(const Call& call);

/// 404, or 204 for a client that asked for that with `accept-not-found`.
http::Answer nothing_found(const Call& call, const std::string& message);

/// `all=true`.
archive::Depth depth_of(const http::Query& query);

/// What the client speaks; a proxy that ends TLS says so by `X-Forwarded-Proto`.
http::Scheme scheme_of(const http::Request& request);
/// What the client called this server, `https://host:port`. Throws invalid_argument when that is no
/// host, or none.
std::string site_of(const http::Request& request);

http::Answer text_answer(std::string text, unsigned status = 200);

}  // namespace larmor::api
