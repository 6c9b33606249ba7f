// SPDX-License-Identifier: Apache-2.0
#include "server/sweeper.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

#include "base/log.hpp"

namespace larmor::server {
namespace {

/// False when it was told to stop meanwhile.
bool pause(const std::stop_token& stop, std::chrono::milliseconds length) {
    std::mutex mutex;
    std::condition_variable_any told;
    std::unique_lock lock(mutex);
    told.wait_for(lock, stop, length, [] { return false; });
    return !stop.stop_requested();
}

void tell(const archive::Swept& swept) {
    if (swept.blobs + swept.orphans > 0) {
        log(LogLevel::info,
            "swept",
            {{"blobs", std::to_string(swept.blobs)}, {"objects", std::to_string(swept.orphans)}});
    }
    if (swept.stuck > 0) {
        log(LogLevel::warning,
            "some surplus objects could not be removed; the next sweep tries again",
            {{"objects", std::to_string(swept.stuck)}, {"first", swept.first_reason}});
    }
    if (swept.spared > 0) {
        log(LogLevel::warning,
            "most stored objects are not in the catalog; none of these is swept: "
            "do the folder of objects and the catalog belong together?",
            {{"objects", std::to_string(swept.spared)}});
    }
}

void sweep_once(const std::stop_token& stop, const Sweeper::Sweep& sweep) {
    try {
        tell(sweep(stop));
    } catch (const std::exception& error) {
        log(LogLevel::error, "sweeping failed", {{"error", error.what()}});
    }
}

}  // namespace

Sweeper::Sweeper(Pauses pauses, Sweep sweep)
    : thread_([pauses, sweep = std::move(sweep)](const std::stop_token& stop) {
          for (auto length = pauses.first; pause(stop, length); length = pauses.others) {
              sweep_once(stop, sweep);
          }
      }) {}

}  // namespace larmor::server
