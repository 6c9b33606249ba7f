// SPDX-License-Identifier: Apache-2.0
#include "dicom/toolkit.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/oflog/oflog.h>

#include "base/error.hpp"
#include "dicom/phantom.hpp"

namespace larmor::dicom {

void prepare_toolkit() {
    static const bool has_dictionary = [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        return dcmDataDict.isDictionaryLoaded();
    }();
    if (!has_dictionary) {
        throw Error(
            ErrorKind::unavailable,
            "DCMTK found no data dictionary: install its package (libdcmtk17), or let the "
            "environment variable " DCM_DICT_ENVIRONMENT_VARIABLE " name a dicom.dic"
        );
    }
}

std::string make_uid() {
    prepare_toolkit();
    char text[65];
    return dcmGenerateUniqueIdentifier(text, SITE_INSTANCE_UID_ROOT);
}

}  // namespace larmor::dicom
