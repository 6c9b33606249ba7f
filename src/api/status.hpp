// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

namespace larmor::api {

unsigned http_status(ErrorKind kind);

}  // namespace larmor::api
