// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/ranges.hpp"
#include "stream/source.hpp"

namespace larmor::http {

/// The body of a 206 with several ranges: its parts and its exact length, before any byte is read.
class MultipartRanges {
public:
    MultipartRanges(
        const std::string& boundary,
        const std::string& part_type,
        std::vector<ByteRange> ranges,
        std::uint64_t whole_length
    );

    std::uint64_t length() const;
    std::unique_ptr<stream::Segments> walk(std::shared_ptr<const stream::Source> source) &&;

private:
    std::vector<ByteRange> ranges_;
    std::vector<std::string> texts_;  // before each range, and one after the last
};

/// One range. The walk holds its source.
std::unique_ptr<stream::Segments> walk_range(
    std::shared_ptr<const stream::Source> source, ByteRange range
);

/// `first`, `second` and every further page, each as one chunk, then the closing chunk.
std::unique_ptr<stream::Segments> walk_chunks(
    std::string first, std::string second, std::unique_ptr<stream::Pages> pages
);

/// The same for a client that does not know chunks: the end of the connection ends the body.
std::unique_ptr<stream::Segments> walk_pages(
    std::string first, std::string second, std::unique_ptr<stream::Pages> pages
);

}  // namespace larmor::http
