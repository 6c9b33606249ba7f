// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_budget.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/error.hpp"

namespace larmor::pack {
namespace {

std::uint64_t multiply_up_to_most(std::uint64_t a, std::uint64_t b) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return b != 0 && a > most / b ? most : a * b;
}

}  // namespace

std::uint64_t UnpackLimits::bytes_from(std::uint64_t packed) const {
    return std::max(bytes_before_ratio, multiply_up_to_most(packed, ratio));
}

UnpackBudget::UnpackBudget(const UnpackLimits& limits, std::uint64_t archive_bytes)
    : limits_(limits), bytes_by_ratio_(limits.bytes_from(archive_bytes)) {}

void UnpackBudget::count_members(std::uint64_t count) {
    if (count > limits_.members - members_) {
        throw Error(
            ErrorKind::too_large,
            "it has more than the " + std::to_string(limits_.members) + " members that are taken"
        );
    }
    members_ += count;
}

void UnpackBudget::count_name(std::uint64_t bytes) {
    if (bytes > limits_.name_bytes - name_bytes_) {
        throw Error(
            ErrorKind::too_large,
            "the names of its members are longer than the " + std::to_string(limits_.name_bytes) +
                " bytes that are taken"
        );
    }
    name_bytes_ += bytes;
}

void UnpackBudget::spend(std::uint64_t bytes) {
    if (bytes > limits_.bytes - bytes_) {
        throw Error(
            ErrorKind::too_large,
            "it unpacks to more than the " + std::to_string(limits_.bytes) + " bytes that are taken"
        );
    }
    bytes_ += bytes;
    if (bytes_ > bytes_by_ratio_) {
        throw Error(
            ErrorKind::too_large,
            "it unpacks to more than " + std::to_string(limits_.ratio) +
                " times its size, the ratio that is taken"
        );
    }
}

}  // namespace larmor::pack
