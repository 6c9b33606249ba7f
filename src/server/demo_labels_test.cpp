// SPDX-License-Identifier: Apache-2.0
#include "server/demo_labels.hpp"

#include <gtest/gtest.h>

#include "dicom/shepp_logan.hpp"

namespace larmor::server {
namespace {

TEST(DemoLabels, AreOneByteAVoxelOfThePhantom) {
    const auto labels = make_demo_labels();
    EXPECT_EQ(labels.header.size(), 348U);
    EXPECT_EQ(labels.image.size(), 128U * 128U * 16U);
}

TEST(DemoLabels, HaveTheFrontOfTheHeadInTheLaterRows) {
    const auto labels = make_demo_labels();
    constexpr std::size_t middle_slice = 8;
    constexpr std::size_t row_before_centre = 64 + 18;  // 35 mm
    const auto at = (middle_slice * 128 + row_before_centre) * 128 + 64;
    EXPECT_EQ(labels.image[at], static_cast<char>(dicom::Tissue::white_matter));
}

}  // namespace
}  // namespace larmor::server
