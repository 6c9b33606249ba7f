// SPDX-License-Identifier: Apache-2.0
#include "dicom/phantom_slices.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "dicom/shepp_logan.hpp"

namespace larmor::dicom {
namespace {

constexpr PhantomSlices cut{.matrix = 64, .slices = 4};

template <class Pixels>
auto pixel_at(const Pixels& pixels, int column, int row) {
    return pixels.at(static_cast<std::size_t>(row * cut.matrix + column));
}

TEST(PhantomSlices, PutTheLesionsIntoTheMiddleSlice) {
    for (const int slices : {1, 2, 16, 33}) {
        const PhantomSlices other{.matrix = 64, .slices = slices};
        EXPECT_DOUBLE_EQ(other.slice_height_mm(other.middle()), -25) << slices;
    }
}

TEST(PhantomSlices, DoNotOverlap) {
    EXPECT_LT(cut.slice_thickness_mm(), cut.slice_step_mm());
    EXPECT_DOUBLE_EQ(cut.slice_height_mm(1) - cut.slice_height_mm(0), cut.slice_step_mm());
}

TEST(PhantomSlices, AreBlackInTheCorners) {
    const auto pixels = image_slice(cut, cut.middle(), Weighting::t1);
    ASSERT_EQ(pixels.size(), 64U * 64U);
    EXPECT_EQ(pixel_at(pixels, 0, 0), 0);
    EXPECT_EQ(pixel_at(pixels, 63, 0), 0);
    EXPECT_EQ(pixel_at(pixels, 0, 63), 0);
    EXPECT_EQ(pixel_at(pixels, 63, 63), 0);
}

TEST(PhantomSlices, HaveTheFrontOfTheHeadAtTheTopAndItsRightAtTheLeft) {
    const auto tissues = tissue_slice(cut, cut.middle());
    // 35 mm before the centre is white matter, 35 mm behind it grey matter.
    EXPECT_EQ(pixel_at(tissues, 31, 22), static_cast<int>(Tissue::white_matter));
    EXPECT_EQ(pixel_at(tissues, 31, 41), static_cast<int>(Tissue::grey_matter));
    // The ventricle of the patient's right is the larger one.
    const auto fluid = static_cast<std::uint8_t>(Tissue::fluid);
    int left_half = 0;
    int right_half = 0;
    for (int i = 0; i < cut.matrix * cut.matrix; ++i) {
        const bool is_fluid = tissues[static_cast<std::size_t>(i)] == fluid;
        (i % cut.matrix < cut.matrix / 2 ? left_half : right_half) += is_fluid ? 1 : 0;
    }
    EXPECT_GT(left_half, right_half);
}

TEST(PhantomSlices, AreAsBrightAsTheBrightestTissueAndNoBrighter) {
    const PhantomSlices fine{.matrix = 256, .slices = 1};
    for (const auto weighting : {Weighting::t1, Weighting::t2}) {
        const auto pixels = image_slice(fine, fine.middle(), weighting);
        EXPECT_EQ(*std::max_element(pixels.begin(), pixels.end()), brightest_pixel(weighting));
        EXPECT_LE(brightest_pixel(weighting), 4095);
    }
}

TEST(PhantomSlices, SmoothTheirEdges) {
    const auto pixels = image_slice(cut, cut.middle(), Weighting::t1);
    const auto tissues = tissue_slice(cut, cut.middle());
    int mixed = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const bool in_air = tissues[i] == static_cast<std::uint8_t>(Tissue::air);
        if (in_air && pixels[i] > 0) ++mixed;
    }
    EXPECT_GT(mixed, 20);
}

}  // namespace
}  // namespace larmor::dicom
