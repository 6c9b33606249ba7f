// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/log.hpp"

// What an operator can decide. Every option is one row of a table, from which the flags of the
// command line and the keys of the configuration file are made.
namespace larmor::server {

/// An IP address and a port; written `127.0.0.1:8080` or `[::1]:8080`.
struct ListenAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;  // 0: any free one
};

/// Throws invalid_argument.
ListenAddress parse_listen_address(std::string_view text);
std::string format_listen_address(const ListenAddress& address);

struct Configuration {
    std::filesystem::path data;     // never empty once a command line has been parsed
    std::filesystem::path objects;  // empty: the folder `objects` in `data`
    ListenAddress listen;
    std::filesystem::path tls_cert;  // empty, as is the key: plain HTTP
    std::filesystem::path tls_key;
    LogFormat log_format = LogFormat::text;
    LogLevel log_level = LogLevel::info;
    unsigned workers = 16;
    std::chrono::seconds grace{20};
    unsigned connections = 8192;
    unsigned connections_per_address = 2048;  // 0: no limit of its own
    std::chrono::seconds header_timeout{30};
    std::chrono::seconds idle_timeout{75};
    std::chrono::seconds body_timeout{60};
    std::chrono::seconds stall_timeout{60};
    std::chrono::hours sweep_pause{6};  // 0: never sweep
    bool demo = false;
    std::uint64_t reserve_bytes = 64 << 20;  // that uploads leave free on the disk of the objects
    unsigned extract_members = 200'000;
    unsigned extract_gigabytes = 1000;
    unsigned extract_ratio = 200;

    std::filesystem::path objects_folder() const {
        return objects.empty() ? data / "objects" : objects;
    }
    bool has_tls() const { return !tls_cert.empty(); }
};

enum class OptionKind { folder, file, text, number, flag };

struct Option {
    std::string_view name;  // `--name` and the key `name`
    OptionKind kind;
    std::string_view placeholder;  // of the value, in the help
    std::string_view help;
    /// Throws invalid_argument saying what is wrong with the value; the caller says where it is.
    void (*set)(Configuration& configuration, const std::string& value);
};

std::span<const Option> all_options();
/// Null when there is no such option.
const Option* find_option(std::string_view name);

}  // namespace larmor::server
