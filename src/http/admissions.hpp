// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace larmor::http {

/// Whether a connection is served; when not, its one request is answered with 503, or with 400
/// where it should have been encrypted.
enum class Admission { welcome, too_many, too_many_of_address, unencrypted };

/// For the client that is not welcome.
std::string_view refusal_message(Admission admission);

/// Counts the open connections and decides about new ones. Thread-safe.
class Admissions {
public:
    /// `of_address_max` 0: no limit but the one for all.
    Admissions(std::size_t all_max, std::size_t of_address_max);

    /// Absent when there is not even room to refuse it: close it without a word. 127.0.0.1 and
    /// ::1, where a proxy on this machine comes from, may have as many as all together; the
    /// addresses of an IPv6 network of 64 bits, which is given to one site, count as one.
    std::optional<Admission> admit(const std::string& address);
    /// When a connection that was admitted, as `admission`, is over.
    void leave(const std::string& address, Admission admission);

private:
    std::mutex mutex_;
    const std::size_t all_max_;
    const std::size_t of_address_max_;
    std::size_t welcome_ = 0;
    std::size_t refused_ = 0;
    std::unordered_map<std::string, std::size_t> of_address_;  // those that are welcome
};

}  // namespace larmor::http
