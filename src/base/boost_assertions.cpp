// SPDX-License-Identifier: Apache-2.0
// What Boost calls when one of its assertions fails, in place of ending the process: where that can
// be caught, what a client sends costs that client its connection, and nobody else theirs.
#include <stdexcept>
#include <string>

#include <boost/assert.hpp>

namespace boost {

void assertion_failed(const char* expression, const char* function, const char* file, long line) {
    throw std::logic_error(
        std::string("assertion ") + expression + " failed in " + function + ", " + file + ':' +
        std::to_string(line)
    );
}

void assertion_failed_msg(
    const char* expression, const char* message, const char* function, const char* file, long line
) {
    assertion_failed((std::string(expression) + ": " + message).c_str(), function, file, line);
}

}  // namespace boost
