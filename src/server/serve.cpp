// SPDX-License-Identifier: Apache-2.0
#include "server/serve.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>

#include <sys/resource.h>

#include <fmt/format.h>

#include "api/application.hpp"
#include "archive/extract.hpp"
#include "auth/sign_in.hpp"
#include "base/log.hpp"
#include "catalog/catalog.hpp"
#include "catalog/users.hpp"
#include "http/server.hpp"
#include "server/administrator.hpp"
#include "server/data_folder.hpp"
#include "server/demo.hpp"
#include "server/objects.hpp"
#include "server/stop_signals.hpp"
#include "server/sweeper.hpp"

namespace larmor::server {
namespace {

std::optional<std::string> password_from_environment() {
    const char* password = std::getenv("LARMOR_ADMIN_PASSWORD");
    if (password == nullptr) return {};
    return password;
}

http::ServerOptions server_options(const Configuration& configuration) {
    http::ServerOptions options;
    options.address = configuration.listen.host;
    options.port = configuration.listen.port;
    options.loop_threads = std::max(1U, std::thread::hardware_concurrency());
    options.worker_threads = configuration.workers;
    options.header_timeout = configuration.header_timeout;
    options.idle_timeout = configuration.idle_timeout;
    options.body_timeout = configuration.body_timeout;
    options.stall_timeout = configuration.stall_timeout;
    options.connections_max = configuration.connections;
    options.connections_per_address_max = configuration.connections_per_address;
    if (configuration.has_tls()) {
        options.tls = {.certificate = configuration.tls_cert, .key = configuration.tls_key};
    }
    return options;
}

archive::ExtractLimits extract_limits(const Configuration& configuration) {
    archive::ExtractLimits limits;
    limits.members = configuration.extract_members;
    // The least: names of a few members may be as long as names can be.
    constexpr std::uint64_t average = 256, least = 64 * 1024;
    limits.name_bytes = std::max(least, limits.members * average);
    limits.bytes = std::uint64_t{configuration.extract_gigabytes} * 1'000'000'000;
    limits.ratio = configuration.extract_ratio;
    return limits;
}

auth::Identity administrator(catalog::Catalog& catalog) {
    const auto everything = model::Visibility::everything();
    auto user = catalog.read([&](catalog::Snapshot& snapshot) {
        return catalog::find_user(everything, snapshot, administrator_name);
    });
    return {.user = user.value(), .visibility = everything};
}

/// To the terminal, and only there: the log may be kept and read by others.
void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

/// At once: if the start fails later, the user is there already.
void show_new_password(const std::optional<std::string>& password) {
    if (!password) return;
    print(fmt::format(
        "The user {} has the password {} (shown only this once)\n", administrator_name, *password
    ));
}

void announce_demo(bool is_there, const std::string& url) {
    print(
        is_there ? demo_commands(url, administrator_name)
                 : "The archive is in use already: no demonstration was added.\n"
    );
}

/// What SIGHUP does, if it means anything.
std::function<void()> reload_of(const Configuration& configuration, http::Server& server) {
    if (!configuration.has_tls()) return {};
    return [&] {
        const auto certificate = configuration.tls_cert.string();
        try {
            server.reload_tls();
            log(LogLevel::info, "the certificate was read again", {{"certificate", certificate}});
        } catch (const std::exception& error) {
            log(LogLevel::error,
                "the certificate stays as it was: the new one cannot be used",
                {{"reason", error.what()}});
        }
    };
}

/// Absent when it is switched off. Not right after the start, when clients come back.
std::unique_ptr<Sweeper> start_sweeper(
    const Configuration& configuration, catalog::Catalog& catalog, storage::BlobStore& store
) {
    if (configuration.sweep_pause.count() == 0) return {};
    return std::make_unique<Sweeper>(
        Sweeper::Pauses{.first = std::chrono::minutes(5), .others = configuration.sweep_pause},
        [&](const std::stop_token& stop) {
            return archive::sweep(catalog, store, now_millis(), stop);
        }
    );
}

}  // namespace

void serve(const Configuration& configuration) {
    block_stop_signals(configuration.has_tls() ? Hangup::watched : Hangup::as_usual);
    configure_log(configuration.log_format, configuration.log_level);

    const DataFolder folder(configuration.data);
    catalog::Catalog catalog(folder.catalog_file().string());
    const auto store = open_objects(
        catalog, configuration.objects_folder(), {.reserve_bytes = configuration.reserve_bytes}
    );

    // Each that waits for a verdict holds a worker; the others are for those who have one.
    auth::SignIn sign_in(catalog, {.waiting_max = std::min(8U, configuration.workers / 2)});
    api::Application application(catalog, *store, sign_in, extract_limits(configuration));
    http::Server server(server_options(configuration), application);
    // Not before the address is ours: a start that fails there must not use up the one password.
    show_new_password(ensure_administrator(catalog, password_from_environment()));
    const bool has_demo = configuration.demo && fill_demo(catalog, *store, administrator(catalog));
    const auto url = (configuration.has_tls() ? "https://" : "http://") +
                     format_listen_address({configuration.listen.host, server.port()});
    print(fmt::format("Larmor {} listens on {}\n", LARMOR_VERSION, url));
    if (configuration.demo) announce_demo(has_demo, url);

    const auto sweeper = start_sweeper(configuration, catalog, *store);
    const auto stop = [&](int number) {
        const bool is_first = number == 1;
        log(LogLevel::info, is_first ? "stopping" : "stopping at once");
        server.stop(is_first ? configuration.grace : std::chrono::seconds(0));
    };
    const StopWatch watch(stop, reload_of(configuration, server));
    server.run();
    log(LogLevel::info, "stopped");
}

}  // namespace larmor::server
