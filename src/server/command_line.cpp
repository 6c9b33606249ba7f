// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.hpp"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.hpp"
#include "server/configuration_file.hpp"

namespace larmor::server {
namespace {

/// A subcommand whose options come from the table of all options.
class ConfiguredCommand {
public:
    ConfiguredCommand(CLI::App& app, const std::string& name, const std::string& description)
        : app_(*app.add_subcommand(name, description)) {
        auto* config = app_.add_option("--config", file_, "Configuration file (TOML)");
        config->type_name("FILE");
    }

    void add(const Option& option) {
        const auto flag = fmt::format("--{}", option.name);
        const std::string help(option.help);
        if (option.kind == OptionKind::flag) {
            const auto given = [this, &option] { values_[option.name] = "true"; };
            app_.add_flag_callback(flag, given, help);
        } else {
            app_.add_option(flag, values_[option.name], help)
                ->type_name(std::string(option.placeholder));
        }
    }

    CLI::App& app() { return app_; }

    Configuration configuration() const {
        Configuration result;
        if (!file_.empty()) read_configuration_file(file_, result);
        for (const auto& [name, value] : values_) {
            if (is_given(name)) set(result, name, value);
        }
        if (result.data.empty()) {
            throw UsageError("--data is missing: the folder in which the archive is kept");
        }
        return result;
    }

private:
    bool is_given(std::string_view name) const { return app_.count(fmt::format("--{}", name)) > 0; }

    static void set(Configuration& result, std::string_view name, const std::string& value) {
        try {
            find_option(name)->set(result, value);
        } catch (const Error& error) {
            throw UsageError(fmt::format("--{}: {}", name, error.what()));
        }
    }

    CLI::App& app_;
    std::string file_;
    std::map<std::string_view, std::string> values_;  // a slot for each option
};

Command parse(CLI::App& app, std::vector<std::string> arguments) {
    app.require_subcommand(0, 1);  // CLI11 says less well than we do that there is none
    app.set_version_flag("--version", "larmor " LARMOR_VERSION);
    app.footer("See `larmor COMMAND --help`. Every option can also stand in a configuration file.");

    ConfiguredCommand serve(app, "serve", "Serve an archive until SIGTERM or SIGINT");
    for (const auto& option : all_options())
        serve.add(option);
    serve.app().footer(
        "The first start makes the user admin, with the password in the environment variable\n"
        "LARMOR_ADMIN_PASSWORD, else with a random one that is printed once."
    );

    ConfiguredCommand fsck(app, "fsck", "Compare the catalog with the stored files");
    for (const auto* name : {"data", "objects"})
        fsck.add(*find_option(name));
    bool reads_content = false;
    fsck.app().add_flag("--hashes", reads_content, "Read every file and compare its checksum");

    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
    app.parse(std::move(arguments));
    if (serve.app().parsed()) return ServeCommand{serve.configuration()};
    if (fsck.app().parsed()) return FsckCommand{fsck.configuration(), reads_content};
    throw UsageError("no command given, such as serve");
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& arguments) {
    CLI::App app("Larmor, an imaging archive that speaks XNAT's REST interface", "larmor");
    try {
        return parse(app, arguments);
    } catch (const CLI::CallForHelp&) {
        return PrintCommand{app.help()};
    } catch (const CLI::CallForVersion& version) {
        return PrintCommand{std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
}

}  // namespace larmor::server
