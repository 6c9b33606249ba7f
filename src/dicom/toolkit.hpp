// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace larmor::dicom {

/// To be called before DCMTK is used: ends its own logging, since its failures become our errors,
/// and loads its data dictionary. Throws unavailable, saying what to install, when there is none.
void prepare_toolkit();

}  // namespace larmor::dicom
