// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <cstdio>
#include <exception>
#include <variant>

#include <malloc.h>

#include "server/blob.hpp"
#include "server/command_line.hpp"
#include "server/fsck.hpp"
#include "server/serve.hpp"
#include "server/tree.hpp"

namespace larmor {
namespace {

int run(const server::ServeCommand& command) {
    server::serve(command.configuration);
    return 0;
}

int run(const server::FsckCommand& command) {
    return server::fsck(command) ? 0 : 1;
}

int run(const server::BlobCommand& command) {
    return server::print_blob(command) ? 0 : 1;
}

int run(const server::TreeCommand& command) {
    server::lay_out_tree(command);
    return 0;
}

int run(const server::PrintCommand& command) {
    std::fputs(command.text.c_str(), stdout);
    return 0;
}

int complain(const std::exception& error) {
    std::fprintf(stderr, "larmor: %s\n", error.what());
    return 1;
}

}  // namespace
}  // namespace larmor

int main(int count, char** arguments) {
    // libarchive loses names that are not ASCII in the locale "C".
    std::setlocale(LC_CTYPE, "C.UTF-8");
    // Plans of a million small rows are made by whichever worker is free. With an arena for each
    // thread every one of them would keep what its largest plan took.
    ::mallopt(M_ARENA_MAX, 2);
    namespace server = larmor::server;
    try {
        const auto command = server::parse_command_line({arguments + 1, arguments + count});
        return std::visit([](const auto& chosen) { return larmor::run(chosen); }, command);
    } catch (const server::UsageError& error) {
        larmor::complain(error);
        std::fputs("See larmor --help.\n", stderr);
        return 2;
    } catch (const std::exception& error) {
        return larmor::complain(error);
    }
}
