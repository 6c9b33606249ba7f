// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace larmor::api {

/// For tests: `text` must be what stands in testdata/`name`; LARMOR_ACCEPT=1 writes it there, to
/// be reviewed as a diff.
inline void expect_golden(const std::string& name, const std::string& text) {
    const auto path = std::string(LARMOR_API_TESTDATA) + "/" + name;
    if (std::getenv("LARMOR_ACCEPT") != nullptr) std::ofstream(path) << text;
    std::ifstream file(path);
    const std::string golden((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(text, golden) << "differs from " << name;
}

}  // namespace larmor::api
