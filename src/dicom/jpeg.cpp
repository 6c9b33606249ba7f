// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmimgle/dcmimage.h>
#include <dcmtk/dcmjpeg/dipijpeg.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "dicom/mr_image.hpp"

namespace larmor::dicom {
namespace {

/// A C stream that writes into memory, which is what DCMTK's JPEG writer asks for.
class MemoryFile {
public:
    MemoryFile() : stream_(::open_memstream(&bytes_, &length_)) {
        if (stream_ == nullptr) throw Error(ErrorKind::unavailable, "no memory for a picture");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() {
        std::fclose(stream_);
        std::free(bytes_);
    }
    FILE* stream() { return stream_; }
    std::string bytes() {
        std::fflush(stream_);
        return {bytes_, length_};
    }

private:
    char* bytes_ = nullptr;
    std::size_t length_ = 0;
    FILE* stream_;
};

}  // namespace

std::string to_jpeg(DcmFileFormat& file) {
    constexpr unsigned quality = 92;
    DicomImage image(&file, EXS_LittleEndianExplicit);
    DiJPEGPlugin writer;
    writer.setQuality(quality);
    MemoryFile memory;
    const bool written = image.getStatus() == EIS_Normal && image.setWindow(0) != 0 &&
                         image.writePluginFormat(&writer, memory.stream()) != 0;
    if (!written) {
        throw Error(
            ErrorKind::unprocessable,
            fmt::format("cannot render a picture: {}", DicomImage::getString(image.getStatus()))
        );
    }
    return memory.bytes();
}

}  // namespace larmor::dicom
