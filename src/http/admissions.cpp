// SPDX-License-Identifier: Apache-2.0
#include "http/admissions.hpp"

#include <array>

#include <arpa/inet.h>

namespace larmor::http {
namespace {

// Connections beyond the limits that are open at once to be told so.
constexpr std::size_t refused_max = 256;

/// What an address is counted under; empty when it is not.
std::string counted_as(const std::string& address) {
    if (address == "127.0.0.1" || address == "::1") return {};
    std::array<char, sizeof(in6_addr)> bytes{};
    // A link-local address has its interface behind a '%'.
    const auto numeric = address.substr(0, address.find('%'));
    if (::inet_pton(AF_INET6, numeric.c_str(), bytes.data()) != 1) return address;
    return {bytes.begin(), bytes.begin() + 8};
}

}  // namespace

std::string_view refusal_message(Admission admission) {
    switch (admission) {
        case Admission::welcome: break;
        case Admission::too_many: return "too many connections, try again soon";
        case Admission::too_many_of_address:
            return "too many connections from your address, close some and try again";
        case Admission::unencrypted:
            return "HTTPS is spoken here: the address must begin with https://";
    }
    return {};
}

Admissions::Admissions(std::size_t all_max, std::size_t of_address_max)
    : all_max_(all_max), of_address_max_(of_address_max) {}

std::optional<Admission> Admissions::admit(const std::string& address) {
    const auto key = counted_as(address);
    const std::scoped_lock lock(mutex_);
    const auto found = of_address_.find(key);
    const bool address_full =
        of_address_max_ > 0 && found != of_address_.end() && found->second >= of_address_max_;
    if (welcome_ < all_max_ && !address_full) {
        ++welcome_;
        if (!key.empty()) ++of_address_[key];
        return Admission::welcome;
    }
    if (refused_ >= refused_max) return {};
    ++refused_;
    return address_full ? Admission::too_many_of_address : Admission::too_many;
}

void Admissions::leave(const std::string& address, Admission admission) {
    const auto key = counted_as(address);
    const std::scoped_lock lock(mutex_);
    if (admission != Admission::welcome) {
        --refused_;
        return;
    }
    --welcome_;
    const auto found = of_address_.find(key);
    if (found != of_address_.end() && --found->second == 0) of_address_.erase(found);
}

}  // namespace larmor::http
