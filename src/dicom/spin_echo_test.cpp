// SPDX-License-Identifier: Apache-2.0
#include "dicom/spin_echo.hpp"

#include <gtest/gtest.h>

namespace larmor::dicom {
namespace {

double signal(Tissue tissue, Weighting weighting) {
    return spin_echo_signal(tissue, spin_echo_of(weighting));
}

TEST(SpinEcho, GivesNoSignalInAir) {
    EXPECT_EQ(signal(Tissue::air, Weighting::t1), 0);
    EXPECT_EQ(signal(Tissue::air, Weighting::t2), 0);
}

TEST(SpinEcho, FollowsTheEquationForGreyMatter) {
    EXPECT_NEAR(signal(Tissue::grey_matter, Weighting::t1), 0.2053, 0.0005);
    EXPECT_NEAR(signal(Tissue::grey_matter, Weighting::t2), 0.2616, 0.0005);
}

TEST(SpinEcho, ShowsFluidDarkInT1AndBrightestInT2) {
    EXPECT_LT(signal(Tissue::fluid, Weighting::t1), signal(Tissue::grey_matter, Weighting::t1));
    for (int i = 0; i < tissue_count; ++i) {
        EXPECT_LE(
            signal(static_cast<Tissue>(i), Weighting::t2), signal(Tissue::fluid, Weighting::t2)
        );
    }
}

TEST(SpinEcho, TurnsTheContrastOfWhiteAndGreyMatterAround) {
    EXPECT_GT(
        signal(Tissue::white_matter, Weighting::t1), signal(Tissue::grey_matter, Weighting::t1)
    );
    EXPECT_LT(
        signal(Tissue::white_matter, Weighting::t2), signal(Tissue::grey_matter, Weighting::t2)
    );
}

}  // namespace
}  // namespace larmor::dicom
