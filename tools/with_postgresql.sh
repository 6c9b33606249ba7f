#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command with a PostgreSQL of its own: tools/with_postgresql.sh COMMAND [ARGUMENT...]
#
# Makes a cluster in a temporary folder, reachable by a socket there only, exports its URL as
# LARMOR_TEST_POSTGRESQL, and removes it when the command has ended, however it ended. The exit
# status is that of the command. Its default collation is English on purpose, so that a text
# that does not ask for order by bytes shows.
set -eu

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }

bin=${POSTGRESQL_BIN:-}
if [ -z "$bin" ]; then
    for candidate in /usr/lib/postgresql/*/bin; do
        if [ -x "$candidate/initdb" ]; then bin=$candidate; fi
    done
fi
[ -n "$bin" ] || { echo "$0: no PostgreSQL found (apt install postgresql)" >&2; exit 1; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/larmor-postgresql.XXXXXX")

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd "$folder" && runuser -u postgres -- "$@")
    else
        (cd "$folder" && "$@")
    fi
}

finish() {
    status=$?
    trap - EXIT
    if [ -f "$folder/data/postmaster.pid" ]; then
        as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$folder"
    exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder"; fi

# What it says is worth reading only when it fails.
quietly() {
    if "$@" >"$folder.log" 2>&1; then
        rm -f "$folder.log"
    else
        cat "$folder.log" "$folder/server.log" >&2 2>/dev/null || true
        rm -f "$folder.log"
        exit 1
    fi
}
quietly as_owner "$bin/initdb" -D "$folder/data" -U larmor -A trust -E UTF8 \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync
# It is thrown away: nothing of it need outlive a crash.
quietly as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -o \
    "-c listen_addresses='' -c unix_socket_directories='$folder' \
    -c fsync=off -c max_connections=200" \
    start

LARMOR_TEST_POSTGRESQL="postgresql:///postgres?host=$folder&user=larmor"
export LARMOR_TEST_POSTGRESQL
"$@"
