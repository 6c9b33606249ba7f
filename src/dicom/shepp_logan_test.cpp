// SPDX-License-Identifier: Apache-2.0
#include "dicom/shepp_logan.hpp"

#include <gtest/gtest.h>

namespace larmor::dicom {
namespace {

TEST(SheppLogan, LiesInAirOnEverySide) {
    EXPECT_EQ(tissue_at({.x = 0.73}), Tissue::air);
    EXPECT_EQ(tissue_at({.x = -0.73}), Tissue::air);
    EXPECT_EQ(tissue_at({.y = 0.96}), Tissue::air);
    EXPECT_EQ(tissue_at({.y = -0.96}), Tissue::air);
    EXPECT_EQ(tissue_at({.z = 0.94}), Tissue::air);
    EXPECT_EQ(tissue_at({.z = -0.94}), Tissue::air);
}

TEST(SheppLogan, HasScalpSkullFluidAndBrainFromOutsideInwards) {
    EXPECT_EQ(tissue_at({.x = 0.71}), Tissue::scalp);
    EXPECT_EQ(tissue_at({.x = 0.68}), Tissue::bone);
    EXPECT_EQ(tissue_at({.x = 0.655}), Tissue::fluid);
    EXPECT_EQ(tissue_at({.x = 0.6}), Tissue::grey_matter);
}

TEST(SheppLogan, ShowsVentriclesWhiteMatterAndLesionsInTheSliceOfTheFlatPhantom) {
    EXPECT_EQ(tissue_at({.x = -0.22, .y = 0, .z = -0.25}), Tissue::fluid);
    EXPECT_EQ(tissue_at({.x = 0.22, .y = 0, .z = -0.25}), Tissue::fluid);
    EXPECT_EQ(tissue_at({.x = 0, .y = 0.35, .z = -0.25}), Tissue::white_matter);
    EXPECT_EQ(tissue_at({.x = 0, .y = -0.1, .z = -0.25}), Tissue::lesion);
    EXPECT_EQ(tissue_at({.x = 0.06, .y = -0.605, .z = -0.25}), Tissue::lesion);
}

TEST(SheppLogan, LeansTheVentriclesApartTowardsTheFront) {
    EXPECT_EQ(tissue_at({.x = 0.30, .y = 0.25, .z = -0.25}), Tissue::fluid);
    EXPECT_NE(tissue_at({.x = 0.30, .y = -0.25, .z = -0.25}), Tissue::fluid);
    EXPECT_EQ(tissue_at({.x = -0.30, .y = 0.25, .z = -0.25}), Tissue::fluid);
    EXPECT_NE(tissue_at({.x = -0.30, .y = -0.25, .z = -0.25}), Tissue::fluid);
}

}  // namespace
}  // namespace larmor::dicom
