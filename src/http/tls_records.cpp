// SPDX-License-Identifier: Apache-2.0
#include "http/tls_records.hpp"

#include <algorithm>
#include <cstring>

namespace larmor::http {
namespace {

TlsRecords& records_of(BIO* bio) {
    return *static_cast<TlsRecords*>(BIO_get_data(bio));
}

/// There is nothing between OpenSSL and these records that would have to be flushed.
long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

std::ptrdiff_t offset(std::size_t count) {
    return static_cast<std::ptrdiff_t>(count);
}

}  // namespace

const BIO_METHOD* TlsRecords::method() {
    static const BioMethod made = [] {
        BioMethod method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "records"));
        if (method) {
            BIO_meth_set_read(method.get(), read);
            BIO_meth_set_write(method.get(), write);
            BIO_meth_set_ctrl(method.get(), control);
        }
        return method;
    }();
    return made.get();
}

BIO* TlsRecords::make_bio() {
    auto* bio = BIO_new(method());
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

int TlsRecords::read(BIO* bio, char* to, int size) {
    auto& records = records_of(bio);
    const auto there = records.incoming();
    const auto count = std::min(there.size(), static_cast<std::size_t>(size));
    BIO_clear_retry_flags(bio);
    if (count == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    std::memcpy(to, there.data(), count);
    records.begin_ += count;
    return static_cast<int>(count);
}

int TlsRecords::write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    try {
        auto& out = records_of(bio).out_;
        out.insert(out.end(), from, from + size);
        return size;
    } catch (const std::bad_alloc&) {
        return -1;
    }
}

std::span<char> TlsRecords::space(std::size_t size) {
    if (begin_ > 0) {
        const auto first = in_.begin();
        std::copy(first + offset(begin_), first + offset(end_), first);
        end_ -= begin_;
        begin_ = 0;
    }
    // An idle connection holds no more than its next small request needs.
    if (end_ == 0 && in_.size() > 2 * size) in_ = {};
    if (in_.size() < end_ + size) in_.resize(end_ + size);
    return std::span(in_).subspan(end_, size);
}

void TlsRecords::sent(std::size_t count) {
    sent_ += count;
    if (sent_ < out_.size()) return;
    out_.clear();
    sent_ = 0;
}

void TlsRecords::release_outgoing() {
    if (out_.empty()) out_ = {};
}

}  // namespace larmor::http
