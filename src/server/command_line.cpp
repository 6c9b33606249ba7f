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
    ConfiguredCommand(CLI::App& program, const std::string& name, const std::string& description)
        : app_(*program.add_subcommand(name, description)) {
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
    bool is_chosen() const { return app_.parsed(); }

    Configuration configuration() const {
        Configuration result;
        if (!file_.empty()) read_configuration_file(file_, result);
        for (const auto& [name, value] : values_) {
            if (is_given(name)) set(result, name, value);
        }
        if (result.data.empty()) {
            throw UsageError("--data is missing: the folder in which the archive is kept");
        }
        check_tls(result);
        return result;
    }

private:
    static void check_tls(const Configuration& result) {
        if (result.tls_cert.empty() == result.tls_key.empty()) return;
        throw UsageError(
            result.tls_key.empty()
                ? "--tls-key is missing: the key of the certificate in --tls-cert"
                : "--tls-cert is missing: the certificate of the --tls-key"
        );
    }

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

/// A command on an archive that is there.
class ArchiveCommand : public ConfiguredCommand {
public:
    ArchiveCommand(CLI::App& program, const std::string& name, const std::string& description)
        : ConfiguredCommand(program, name, description) {
        for (const auto* option : {"data", "objects"})
            add(*find_option(option));
    }
};

class Serve : public ConfiguredCommand {
public:
    explicit Serve(CLI::App& program)
        : ConfiguredCommand(program, "serve", "Serve an archive until SIGTERM or SIGINT") {
        for (const auto& option : all_options())
            add(option);
        app().footer(
            "The first start makes the user admin, with the password in the environment variable\n"
            "LARMOR_ADMIN_PASSWORD, else with a random one that is printed once."
        );
    }
    ServeCommand result() const { return {configuration()}; }
};

class Fsck : public ArchiveCommand {
public:
    explicit Fsck(CLI::App& program)
        : ArchiveCommand(program, "fsck", "Compare the catalog with the stored files") {
        app().add_flag("--hashes", reads_content_, "Read every file and compare its checksum");
    }
    FsckCommand result() const { return {configuration(), reads_content_}; }

private:
    bool reads_content_ = false;
};

class Blob : public ArchiveCommand {
public:
    explicit Blob(CLI::App& program)
        : ArchiveCommand(program, "blob", "Tell where content is stored, and which files have it") {
        app().add_option("SHA256", sha256_, "Of the content, in hexadecimal")->required();
    }
    BlobCommand result() const { return {configuration(), digest()}; }

private:
    Sha256Digest digest() const {
        try {
            return sha256_from_hex(sha256_);
        } catch (const Error&) {
            throw UsageError(fmt::format("'{}' is not the 64 digits of a SHA-256", sha256_));
        }
    }

    std::string sha256_;
};

class Tree : public ArchiveCommand {
public:
    explicit Tree(CLI::App& program)
        : ArchiveCommand(program, "tree", "Lay out a readable tree of links to the stored files") {
        app().add_option("TARGET", target_, "Folder for the tree, new or empty")->required();
    }
    TreeCommand result() const {
        if (target_.empty()) throw UsageError("TARGET is empty: the folder for the tree");
        return {configuration(), target_};
    }

private:
    std::string target_;
};

Command parse(CLI::App& app, std::vector<std::string> arguments) {
    app.require_subcommand(0, 1);  // CLI11 says less well than we do that there is none
    app.set_version_flag("--version", "larmor " LARMOR_VERSION);
    app.footer("See `larmor COMMAND --help`. Every option can also stand in a configuration file.");
    Serve serve(app);
    Fsck fsck(app);
    Blob blob(app);
    Tree tree(app);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
    app.parse(std::move(arguments));
    if (serve.is_chosen()) return serve.result();
    if (fsck.is_chosen()) return fsck.result();
    if (blob.is_chosen()) return blob.result();
    if (tree.is_chosen()) return tree.result();
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
