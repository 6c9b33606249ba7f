// SPDX-License-Identifier: Apache-2.0
#include "server/configuration.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <arpa/inet.h>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor::server {
namespace {

Error bad_value(std::string_view value, std::string_view expected) {
    return {ErrorKind::invalid_argument, fmt::format("'{}' is not {}", value, expected)};
}

unsigned parse_number(const std::string& value, unsigned least, unsigned most) {
    const auto number = parse_integer<unsigned>(value);
    if (!number || *number < least || *number > most) {
        throw bad_value(value, fmt::format("a number from {} to {}", least, most));
    }
    return *number;
}

std::filesystem::path parse_folder(const std::string& value) {
    if (value.empty()) throw bad_value(value, "the name of a folder");
    return value;
}

std::filesystem::path parse_file(const std::string& value) {
    if (value.empty()) throw bad_value(value, "the name of a file");
    return value;
}

LogFormat parse_log_format(const std::string& value) {
    if (value == "text") return LogFormat::text;
    if (value == "json") return LogFormat::json;
    throw bad_value(value, "text or json");
}

LogLevel parse_log_level(const std::string& value) {
    if (value == "debug") return LogLevel::debug;
    if (value == "info") return LogLevel::info;
    if (value == "warning") return LogLevel::warning;
    if (value == "error") return LogLevel::error;
    throw bad_value(value, "debug, info, warning or error");
}

bool parse_flag(const std::string& value) {
    if (value == "true") return true;
    if (value == "false") return false;
    throw bad_value(value, "true or false");
}

constexpr std::array<Option, 21> options{{
    {"data",
     OptionKind::folder,
     "DIR",
     "Folder of the archive, on a local disk; `serve` creates it when absent",
     [](Configuration& to, const std::string& value) { to.data = parse_folder(value); }},
    {"objects",
     OptionKind::folder,
     "DIR",
     "Folder of the stored files, on any disk (default: objects in the data folder)",
     [](Configuration& to, const std::string& value) { to.objects = parse_folder(value); }},
    {"listen",
     OptionKind::text,
     "ADDRESS:PORT",
     "Where to listen; port 0 is any free one (default: 127.0.0.1:8080)",
     [](Configuration& to, const std::string& value) { to.listen = parse_listen_address(value); }},
    {"tls-cert",
     OptionKind::file,
     "FILE",
     "Speak HTTPS with this certificate, in PEM form, with those that lead to its issuer",
     [](Configuration& to, const std::string& value) { to.tls_cert = parse_file(value); }},
    {"tls-key",
     OptionKind::file,
     "FILE",
     "Key of the certificate, in PEM form, without a password; SIGHUP reads both files again",
     [](Configuration& to, const std::string& value) { to.tls_key = parse_file(value); }},
    {"log-format",
     OptionKind::text,
     "FORMAT",
     "Log lines as text or json (default: text)",
     [](Configuration& to, const std::string& value) { to.log_format = parse_log_format(value); }},
    {"log-level",
     OptionKind::text,
     "LEVEL",
     "Least level that is logged: debug, info, warning or error (default: info)",
     [](Configuration& to, const std::string& value) { to.log_level = parse_log_level(value); }},
    {"workers",
     OptionKind::number,
     "N",
     "Threads for what may wait for the disk or the catalog, 1 to 1024 (default: 16)",
     [](Configuration& to, const std::string& value) {
         to.workers = parse_number(value, 1, 1024);
     }},
    {"grace",
     OptionKind::number,
     "SECONDS",
     "How long running answers may go on after SIGTERM, 0 to 3600 (default: 20)",
     [](Configuration& to, const std::string& value) {
         to.grace = std::chrono::seconds(parse_number(value, 0, 3600));
     }},
    {"connections",
     OptionKind::number,
     "N",
     "Connections at once, 1 to 1000000; others are answered with 503 (default: 8192)",
     [](Configuration& to, const std::string& value) {
         to.connections = parse_number(value, 1, 1'000'000);
     }},
    {"connections-per-address",
     OptionKind::number,
     "N",
     "Of these, from one address, 0 (any number) to 1000000 (default: 2048)",
     [](Configuration& to, const std::string& value) {
         to.connections_per_address = parse_number(value, 0, 1'000'000);
     }},
    {"header-seconds",
     OptionKind::number,
     "SECONDS",
     "How long the head of a request may take to come, 1 to 3600 (default: 30)",
     [](Configuration& to, const std::string& value) {
         to.header_timeout = std::chrono::seconds(parse_number(value, 1, 3600));
     }},
    {"idle-seconds",
     OptionKind::number,
     "SECONDS",
     "How long a connection may wait for its next request, 1 to 3600 (default: 75)",
     [](Configuration& to, const std::string& value) {
         to.idle_timeout = std::chrono::seconds(parse_number(value, 1, 3600));
     }},
    {"body-seconds",
     OptionKind::number,
     "SECONDS",
     "How long an upload may hardly come on, 1 to 3600 (default: 60)",
     [](Configuration& to, const std::string& value) {
         to.body_timeout = std::chrono::seconds(parse_number(value, 1, 3600));
     }},
    {"stall-seconds",
     OptionKind::number,
     "SECONDS",
     "How long a client may hardly read its answer, 1 to 3600 (default: 60)",
     [](Configuration& to, const std::string& value) {
         to.stall_timeout = std::chrono::seconds(parse_number(value, 1, 3600));
     }},
    {"sweep-hours",
     OptionKind::number,
     "HOURS",
     "How often what nothing refers to is removed, 0 (never) to 720 (default: 6)",
     [](Configuration& to, const std::string& value) {
         to.sweep_pause = std::chrono::hours(parse_number(value, 0, 720));
     }},
    {"demo",
     OptionKind::flag,
     "",
     "Fill an empty archive with a project made of a phantom",
     [](Configuration& to, const std::string& value) { to.demo = parse_flag(value); }},
    {"reserve",
     OptionKind::number,
     "MIB",
     "What uploads leave free on the disk of the objects, in MiB, 0 to 1048576 (default: 64)",
     [](Configuration& to, const std::string& value) {
         to.reserve_bytes = std::uint64_t{parse_number(value, 0, 1 << 20)} << 20;
     }},
    {"extract-members",
     OptionKind::number,
     "N",
     "Most members of an uploaded archive that is unpacked, 1 to 10000000 (default: 200000)",
     [](Configuration& to, const std::string& value) {
         to.extract_members = parse_number(value, 1, 10'000'000);
     }},
    {"extract-gigabytes",
     OptionKind::number,
     "GB",
     "Most bytes that it unpacks to, 1 to 1000000 (default: 1000)",
     [](Configuration& to, const std::string& value) {
         to.extract_gigabytes = parse_number(value, 1, 1'000'000);
     }},
    {"extract-ratio",
     OptionKind::number,
     "N",
     "Most times its own size that it, or a file inside a stored zip, unpacks to, beyond 100 MB, "
     "1 to 100000 (default: 200)",
     [](Configuration& to, const std::string& value) {
         to.extract_ratio = parse_number(value, 1, 100'000);
     }},
}};

bool is_ip_address(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

/// `[::1]` without its brackets, `localhost` as the address that it stands for.
std::optional<std::string> parse_host(std::string_view text) {
    if (text == "localhost") return "127.0.0.1";
    const bool in_brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
    const std::string host(in_brackets ? text.substr(1, text.size() - 2) : text);
    if (!is_ip_address(in_brackets ? AF_INET6 : AF_INET, host)) return {};
    return host;
}

}  // namespace

ListenAddress parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos) {
        const auto host = parse_host(text.substr(0, colon));
        const auto port = parse_integer<std::uint16_t>(text.substr(colon + 1));
        if (host && port) return {.host = *host, .port = *port};
    }
    throw bad_value(text, "an IP address and a port such as 127.0.0.1:8080 or [::1]:8080");
}

std::string format_listen_address(const ListenAddress& address) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    const auto host = is_ipv6 ? "[" + address.host + "]" : address.host;
    return fmt::format("{}:{}", host, address.port);
}

std::span<const Option> all_options() {
    return options;
}

const Option* find_option(std::string_view name) {
    const auto found = std::find_if(options.begin(), options.end(), [&](const Option& option) {
        return option.name == name;
    });
    return found == options.end() ? nullptr : &*found;
}

}  // namespace larmor::server
