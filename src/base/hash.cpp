// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <algorithm>

#include <libdeflate.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace larmor {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

void require(int openssl_result) {
    if (openssl_result != 1) throw Error(ErrorKind::unavailable, "OpenSSL could not hash");
}

Context begin(const EVP_MD* algorithm) {
    Context context(EVP_MD_CTX_new());
    require(context != nullptr);
    require(EVP_DigestInit_ex(context.get(), algorithm, nullptr));
    return context;
}

template <class Digest>
Digest end(Context& context) {
    Digest digest{};
    require(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr));
    return digest;
}

template <class Digest>
Digest digest_from_hex(std::string_view hex) {
    Digest digest{};
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() != digest.size()) {
        throw Error(ErrorKind::invalid_argument, "not a digest: '" + std::string(hex) + "'");
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

}  // namespace

struct ContentHasher::State {
    Context md5 = begin(EVP_md5());
    Context sha256 = begin(EVP_sha256());
    std::uint32_t crc32 = 0;
    std::uint64_t size = 0;
};

ContentHasher::ContentHasher() : state_(std::make_unique<State>()) {}
ContentHasher::~ContentHasher() = default;
ContentHasher::ContentHasher(ContentHasher&&) noexcept = default;
ContentHasher& ContentHasher::operator=(ContentHasher&&) noexcept = default;

void ContentHasher::push(std::span<const std::byte> bytes) {
    // In slices that stay in the nearest cache, since each is read three times.
    constexpr std::size_t slice_bytes = 16 * 1024;
    for (std::size_t at = 0; at < bytes.size(); at += slice_bytes) {
        const auto slice = bytes.subspan(at, std::min(slice_bytes, bytes.size() - at));
        require(EVP_DigestUpdate(state_->md5.get(), slice.data(), slice.size()));
        require(EVP_DigestUpdate(state_->sha256.get(), slice.data(), slice.size()));
        state_->crc32 = libdeflate_crc32(state_->crc32, slice.data(), slice.size());
    }
    state_->size += bytes.size();
}

ContentDigest ContentHasher::finish() {
    return {
        .size = state_->size,
        .crc32 = state_->crc32,
        .md5 = end<Md5Digest>(state_->md5),
        .sha256 = end<Sha256Digest>(state_->sha256)};
}

struct Sha256::State {
    Context context = begin(EVP_sha256());
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::push(std::string_view bytes) {
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

Sha256Digest Sha256::finish() {
    return end<Sha256Digest>(state_->context);
}

std::string_view digest_bytes(std::span<const std::uint8_t> digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string digest_to_hex(std::span<const std::uint8_t> digest) {
    return to_hex(digest_bytes(digest));
}

Md5Digest md5_from_hex(std::string_view hex) {
    return digest_from_hex<Md5Digest>(hex);
}

Sha256Digest sha256_from_hex(std::string_view hex) {
    return digest_from_hex<Sha256Digest>(hex);
}

std::string random_hex(std::size_t count) {
    std::string bytes(count, '\0');
    require(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)));
    return to_hex(bytes);
}

}  // namespace larmor
