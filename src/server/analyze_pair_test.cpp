// SPDX-License-Identifier: Apache-2.0
#include "server/analyze_pair.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace larmor::server {
namespace {

template <class Value>
Value value_at(const std::string& header, std::size_t offset) {
    Value value;
    std::memcpy(&value, header.data() + offset, sizeof value);
    return value;
}

LabelVolume small_volume() {
    return {
        .columns = 3,
        .rows = 2,
        .slices = 1,
        .column_mm = 1.875,
        .row_mm = 1.5,
        .slice_mm = 6,
        .voxels = {0, 1, 2, 3, 4, 5},
        .description = "tissues",
    };
}

TEST(AnalyzeHeader, HasTheFieldsThatReadersNeed) {
    const auto header = make_analyze_header(small_volume());
    ASSERT_EQ(header.size(), 348U);
    EXPECT_EQ(value_at<std::int32_t>(header, 0), 348);
    EXPECT_EQ(header[38], 'r');
    EXPECT_EQ(value_at<std::int16_t>(header, 40), 4);
    EXPECT_EQ(value_at<std::int16_t>(header, 42), 3);
    EXPECT_EQ(value_at<std::int16_t>(header, 44), 2);
    EXPECT_EQ(value_at<std::int16_t>(header, 46), 1);
    EXPECT_EQ(value_at<std::int16_t>(header, 48), 1);
    EXPECT_EQ(value_at<std::int16_t>(header, 70), 2);
    EXPECT_EQ(value_at<std::int16_t>(header, 72), 8);
    EXPECT_EQ(value_at<float>(header, 80), 1.875F);
    EXPECT_EQ(value_at<float>(header, 84), 1.5F);
    EXPECT_EQ(value_at<float>(header, 88), 6.0F);
    EXPECT_EQ(value_at<std::int32_t>(header, 140), 5);
    EXPECT_EQ(header.substr(148, 8), std::string("tissues\0", 8));
}

TEST(AnalyzeHeader, CutsALongDescriptionAndStaysTerminated) {
    auto volume = small_volume();
    volume.description = std::string(200, 'x');
    const auto header = make_analyze_header(volume);
    ASSERT_EQ(header.size(), 348U);
    EXPECT_EQ(header[148 + 78], 'x');
    EXPECT_EQ(header[148 + 79], '\0');
    EXPECT_EQ(header[148 + 80], '\0');
}

TEST(AnalyzeHeader, CanBeMadeOfAnEmptyVolume) {
    EXPECT_EQ(make_analyze_header({}).size(), 348U);
}

}  // namespace
}  // namespace larmor::server
