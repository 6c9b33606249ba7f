// SPDX-License-Identifier: Apache-2.0
#include "dicom/spin_echo.hpp"

#include <array>
#include <cmath>

namespace larmor::dicom {
namespace {

struct Relaxation {
    double proton_density;
    double t1_ms;
    double t2_ms;
};

// By the same publication as the ellipsoids; T1 at 3 T from its fit A * B0^C.
constexpr std::array<Relaxation, tissue_count> relaxations{{
    {0, 1, 1},           // air
    {0.8, 377, 70},      // scalp
    {0.12, 587, 50},     // bone
    {0.98, 4200, 1990},  // fluid
    {0.745, 1295, 100},  // grey matter
    {0.617, 887, 80},    // white matter
    {0.95, 1175, 100},   // lesion
}};

}  // namespace

SpinEcho spin_echo_of(Weighting weighting) {
    switch (weighting) {
        case Weighting::t1: return {.repetition_ms = 500, .echo_ms = 15};
        case Weighting::t2: return {.repetition_ms = 4000, .echo_ms = 100};
    }
    return {};
}

double spin_echo_signal(Tissue tissue, const SpinEcho& sequence) {
    const auto& of = relaxations.at(static_cast<std::size_t>(tissue));
    return of.proton_density * (1 - std::exp(-sequence.repetition_ms / of.t1_ms)) *
           std::exp(-sequence.echo_ms / of.t2_ms);
}

}  // namespace larmor::dicom
