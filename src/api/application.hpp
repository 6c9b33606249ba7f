// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/call.hpp"
#include "archive/download.hpp"
#include "auth/sign_in.hpp"
#include "http/answer.hpp"

namespace larmor::api {

/// XNAT's REST as an application of the HTTP server: signs a request in, finds its route, calls
/// the handler, and turns errors into statuses.
class Application : public http::Application {
public:
    /// Catalog, store and sign-in must outlive it.
    Application(
        catalog::Catalog& catalog,
        storage::BlobStore& store,
        auth::SignIn& sign_in,
        const archive::ExtractLimits& extract_limits
    );

    http::Reply handle(const http::Request& request) override;
    http::Answer answer_error(
        const http::Request& request, std::exception_ptr error
    ) noexcept override;

private:
    std::optional<auth::Identity> find_identity(const http::Request& request);

    auth::SignIn& sign_in_;
    archive::Downloads downloads_;
    Services services_;
};

}  // namespace larmor::api
