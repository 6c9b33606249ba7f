// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace larmor::server {

/// The tissues of the phantom as an Analyze 7.5 pair, as a segmentation would leave them.
struct DemoLabels {
    std::string header;  // .hdr
    std::string image;   // .img
};
DemoLabels make_demo_labels();

}  // namespace larmor::server
