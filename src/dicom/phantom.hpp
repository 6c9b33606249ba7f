// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// The only door to DCMTK. Knows DICOM files; knows nothing of projects or resources.
namespace larmor::dicom {

enum class Weighting { t1, t2 };

struct PhantomScan {
    int series_number = 1;
    Weighting weighting = Weighting::t1;
    std::string series_description;
    int slices = 16;
    int matrix = 128;  // rows and columns
};

struct NamedFile {
    std::string name;
    std::string bytes;
};

struct PhantomSeries {
    std::vector<NamedFile> dicom;  // 1.dcm, 2.dcm, …: one valid MR Image object a slice
    NamedFile snapshot;            // snap.jpg: the middle slice
};

/// A 3-D Shepp-Logan head, as an MR scanner would see it: the signal of each tissue is computed
/// from its T1, T2 and proton density with the TR and TE of the weighting (spin echo). The study
/// is the same for all series of one `study_uid`; the same arguments give the same pixels.
PhantomSeries make_phantom_series(const PhantomScan& scan, const std::string& study_uid);

/// A fresh UID under DCMTK's root.
std::string make_uid();

}  // namespace larmor::dicom
