// SPDX-License-Identifier: Apache-2.0
#include "dicom/shepp_logan.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace larmor::dicom {
namespace {

struct Ellipsoid {
    PhantomPoint centre;
    PhantomPoint axes;
    double degrees;  // turned about z
    Tissue tissue;
};

// From the outside to the inside; an inner one replaces what it lies in.
constexpr std::array<Ellipsoid, 14> ellipsoids{{
    {{0, 0, 0}, {0.72, 0.95, 0.93}, 0, Tissue::scalp},
    {{0, 0, 0}, {0.69, 0.92, 0.90}, 0, Tissue::bone},
    {{0, -0.0184, 0}, {0.6624, 0.874, 0.88}, 0, Tissue::fluid},
    {{0, -0.0184, 0}, {0.6524, 0.864, 0.87}, 0, Tissue::grey_matter},
    {{-0.22, 0, -0.25}, {0.41, 0.16, 0.21}, -72, Tissue::fluid},
    {{0.22, 0, -0.25}, {0.31, 0.11, 0.22}, 72, Tissue::fluid},
    {{0, 0.35, -0.25}, {0.21, 0.25, 0.35}, 0, Tissue::white_matter},
    {{0, 0.1, -0.25}, {0.046, 0.046, 0.046}, 0, Tissue::lesion},
    {{-0.08, -0.605, -0.25}, {0.046, 0.023, 0.02}, 0, Tissue::lesion},
    {{0.06, -0.605, -0.25}, {0.046, 0.023, 0.02}, -90, Tissue::lesion},
    {{0, -0.1, -0.25}, {0.046, 0.046, 0.046}, 0, Tissue::lesion},
    {{0, -0.605, -0.25}, {0.023, 0.023, 0.023}, 0, Tissue::lesion},
    {{0.06, -0.105, 0.0625}, {0.056, 0.04, 0.1}, -90, Tissue::lesion},
    {{0, 0.1, 0.625}, {0.056, 0.056, 0.1}, 0, Tissue::fluid},
}};

struct Turn {
    double sine;
    double cosine;
};

/// Reckoned once, since a volume asks for some million points.
const std::array<Turn, ellipsoids.size()>& turns() {
    static const auto made = [] {
        std::array<Turn, ellipsoids.size()> result{};
        for (std::size_t i = 0; i < ellipsoids.size(); ++i) {
            const double radians = ellipsoids[i].degrees * std::numbers::pi / 180;
            result[i] = {std::sin(radians), std::cos(radians)};
        }
        return result;
    }();
    return made;
}

bool holds(const Ellipsoid& ellipsoid, const Turn& turn, const PhantomPoint& point) {
    const double x = point.x - ellipsoid.centre.x;
    const double y = point.y - ellipsoid.centre.y;
    const double u = (x * turn.cosine + y * turn.sine) / ellipsoid.axes.x;
    const double v = (x * turn.sine - y * turn.cosine) / ellipsoid.axes.y;
    const double w = (point.z - ellipsoid.centre.z) / ellipsoid.axes.z;
    return u * u + v * v + w * w <= 1;
}

}  // namespace

Tissue tissue_at(const PhantomPoint& point) {
    const auto& turned = turns();
    if (!holds(ellipsoids[0], turned[0], point)) return Tissue::air;
    for (std::size_t i = ellipsoids.size(); i-- > 0;) {
        if (holds(ellipsoids[i], turned[i], point)) return ellipsoids[i].tissue;
    }
    return Tissue::air;
}

}  // namespace larmor::dicom
