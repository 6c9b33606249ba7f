// SPDX-License-Identifier: Apache-2.0
#include "dicom/phantom_slices.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "dicom/shepp_logan.hpp"
#include "dicom/spin_echo.hpp"

namespace larmor::dicom {
namespace {

constexpr double unit_mm = 100;
constexpr double full_scale = 4095;
constexpr int points_a_side = 3;

/// (column, row) in pixels, from the corner of the first one. Row 0 is the patient's front.
PhantomPoint point_at(const PhantomSlices& cut, int slice, double column, double row) {
    const double half = cut.matrix / 2.0;
    return {
        .x = (column - half) * cut.pixel_mm() / unit_mm,
        .y = (half - row) * cut.pixel_mm() / unit_mm,
        .z = cut.slice_height_mm(slice) / unit_mm,
    };
}

std::array<double, tissue_count> signals_of(Weighting weighting) {
    std::array<double, tissue_count> signals{};
    for (std::size_t i = 0; i < signals.size(); ++i) {
        signals[i] = spin_echo_signal(static_cast<Tissue>(i), spin_echo_of(weighting));
    }
    return signals;
}

std::size_t pixel_count(const PhantomSlices& cut) {
    return static_cast<std::size_t>(cut.matrix) * static_cast<std::size_t>(cut.matrix);
}

}  // namespace

std::vector<std::uint16_t> image_slice(const PhantomSlices& cut, int slice, Weighting weighting) {
    const auto signals = signals_of(weighting);
    const auto pixel = [&](int column, int row) {
        double sum = 0;
        for (int i = 0; i < points_a_side * points_a_side; ++i) {
            const int across = i % points_a_side;
            const int along = i / points_a_side;
            const double right = (across + 0.5) / points_a_side;
            const double down = (along + 0.5) / points_a_side;
            const auto tissue = tissue_at(point_at(cut, slice, column + right, row + down));
            sum += signals[static_cast<std::size_t>(tissue)];
        }
        return static_cast<std::uint16_t>(
            std::lround(full_scale * sum / (points_a_side * points_a_side))
        );
    };
    std::vector<std::uint16_t> pixels;
    pixels.reserve(pixel_count(cut));
    for (int row = 0; row < cut.matrix; ++row) {
        for (int column = 0; column < cut.matrix; ++column)
            pixels.push_back(pixel(column, row));
    }
    return pixels;
}

std::vector<std::uint8_t> tissue_slice(const PhantomSlices& cut, int slice) {
    std::vector<std::uint8_t> tissues;
    tissues.reserve(pixel_count(cut));
    for (int row = 0; row < cut.matrix; ++row) {
        for (int column = 0; column < cut.matrix; ++column) {
            const auto tissue = tissue_at(point_at(cut, slice, column + 0.5, row + 0.5));
            tissues.push_back(static_cast<std::uint8_t>(tissue));
        }
    }
    return tissues;
}

std::uint16_t brightest_pixel(Weighting weighting) {
    const auto signals = signals_of(weighting);
    return static_cast<std::uint16_t>(
        std::lround(full_scale * *std::max_element(signals.begin(), signals.end()))
    );
}

}  // namespace larmor::dicom
