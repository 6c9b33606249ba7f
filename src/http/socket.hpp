// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "http/channel.hpp"
#include "http/request_reader.hpp"

// What a connection asks of its socket beside sending and receiving; nothing here waits.
namespace larmor::http {

void send_without_delay(int socket);
/// No shorter answer may look like a whole one: closing will tell the peer of an error.
void reset_on_close(int socket);

/// Bytes that have come but were not read.
std::size_t unread_bytes(int socket);
/// Bytes that the peer has not acknowledged.
int unsent_bytes(int socket);

/// The peer will send nothing more: its connection is closed, or at least that half of it.
bool has_hung_up(int socket);

/// Drops the body of a request that was answered without it, if all of it is here already; the
/// connection can then be kept.
bool discard_body(RequestReader& reader, Channel& channel, int socket);

}  // namespace larmor::http
