// SPDX-License-Identifier: Apache-2.0
#include "pack/deflater.hpp"

#include <cstdint>
#include <vector>

#include <isa-l/igzip_lib.h>

#include "base/error.hpp"

namespace larmor::pack {
namespace {

constexpr std::size_t output_bytes = 64 * 1024;

}  // namespace

struct Deflater::State {
    isal_zstream stream{};
    std::vector<std::uint8_t> level_buffer = std::vector<std::uint8_t>(ISAL_DEF_LVL1_DEFAULT);
    std::vector<std::uint8_t> output = std::vector<std::uint8_t>(output_bytes);
};

Deflater::Deflater() : state_(std::make_unique<State>()) {
    begin();
}

Deflater::~Deflater() = default;

void Deflater::begin() {
    auto& stream = state_->stream;
    isal_deflate_init(&stream);
    stream.level = 1;
    stream.level_buf = state_->level_buffer.data();
    stream.level_buf_size = static_cast<std::uint32_t>(state_->level_buffer.size());
    stream.flush = NO_FLUSH;
}

void Deflater::push(std::string_view input, Last last, std::string& output) {
    auto& [stream, level_buffer, buffer] = *state_;
    std::string own(input);  // the library asks for bytes that it might change
    stream.next_in = reinterpret_cast<std::uint8_t*>(own.data());
    stream.avail_in = static_cast<std::uint32_t>(own.size());
    stream.end_of_stream = last == Last::yes ? 1 : 0;
    do {
        stream.next_out = buffer.data();
        stream.avail_out = static_cast<std::uint32_t>(buffer.size());
        if (const int result = isal_deflate(&stream); result != COMP_OK) {
            throw Error(ErrorKind::corrupt, "cannot deflate: " + std::to_string(result));
        }
        output.append(
            reinterpret_cast<const char*>(buffer.data()), buffer.size() - stream.avail_out
        );
    } while (stream.avail_out == 0);
}

}  // namespace larmor::pack
