// SPDX-License-Identifier: Apache-2.0
#include "server/configuration_file.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/error.hpp"

namespace larmor::server {
namespace {

std::string read_text(const std::filesystem::path& file) {
    std::ifstream input(file);
    std::ostringstream text;
    if (!(input && text << input.rdbuf())) {
        throw system_error("read", "the configuration file " + file.string(), errno);
    }
    return text.str();
}

Error error_at(
    const std::filesystem::path& file, const toml::source_region& where, std::string_view what
) {
    return {
        ErrorKind::invalid_argument,
        fmt::format("{}:{}: {}", file.string(), where.begin.line, what),
    };
}

/// The value as the text that a flag would be given; folders and files as seen from the file.
std::string value_text(
    const Option& option, const toml::node& node, const std::filesystem::path& file
) {
    switch (option.kind) {
        case OptionKind::folder:
        case OptionKind::file:
            if (const auto* text = node.as_string()) {
                const bool is_named = !text->get().empty();
                return is_named ? (file.parent_path() / text->get()).string() : std::string();
            }
            throw Error(ErrorKind::invalid_argument, "must be a string in quotation marks");
        case OptionKind::text:
            if (const auto* text = node.as_string()) return text->get();
            throw Error(ErrorKind::invalid_argument, "must be a string in quotation marks");
        case OptionKind::number:
            if (const auto* number = node.as_integer()) return std::to_string(number->get());
            throw Error(ErrorKind::invalid_argument, "must be a number without quotation marks");
        case OptionKind::flag:
            if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
            throw Error(ErrorKind::invalid_argument, "must be true or false");
    }
    return {};
}

void apply(const toml::table& table, const std::filesystem::path& file, Configuration& to) {
    for (const auto& [key, node] : table) {
        const auto* option = find_option(key.str());
        if (option == nullptr) {
            throw error_at(file, key.source(), fmt::format("unknown key '{}'", key.str()));
        }
        try {
            option->set(to, value_text(*option, node, file));
        } catch (const Error& error) {
            throw error_at(file, node.source(), fmt::format("{}: {}", key.str(), error.what()));
        }
    }
}

}  // namespace

void read_configuration_file(const std::filesystem::path& file, Configuration& configuration) {
    const auto text = read_text(file);
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        throw error_at(file, error.source(), error.description());
    }
    apply(table, file, configuration);
}

}  // namespace larmor::server
