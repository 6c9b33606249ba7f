// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dicom/phantom.hpp"
#include "dicom/shepp_logan.hpp"

// What a tissue looks like to a spin-echo sequence at 3 tesla.
namespace larmor::dicom {

struct SpinEcho {
    double repetition_ms = 0;  // TR
    double echo_ms = 0;        // TE
};

SpinEcho spin_echo_of(Weighting weighting);

/// Between 0 (none) and 1 (all protons, fully relaxed): PD (1 - exp(-TR/T1)) exp(-TE/T2).
double spin_echo_signal(Tissue tissue, const SpinEcho& sequence);

}  // namespace larmor::dicom
