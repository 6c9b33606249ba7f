#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves the two commands in a bare Debian 12: debootstrap makes one, the committed tree is copied
# into it, `./run test` and `./run serve` run there, and everything is removed again. Needs root,
# a network, 6 GB of disk and half an hour.
#
#     tools/bare_debian.sh [DIRECTORY]    where to make it; default: a new one in TMPDIR
#
# BARE_ONLY=debootstrap stops after the first step, to try the script itself. BARE_CCACHE=FOLDER
# lends it a compiler cache (such as ~/.cache/ccache), which spares most of the compiling.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
port=18080

say() { printf '==> %s\n' "$*"; }
die() { printf 'bare_debian: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || die 'needs root'
command -v debootstrap >/dev/null || die 'needs debootstrap: apt-get install debootstrap'

if [ $# -gt 0 ]; then mkdir -p "$1"; root=$(cd "$1" && pwd)
else root=$(mktemp -d "${TMPDIR:-/tmp}/bare-debian.XXXXXX")
fi
[ -z "$(ls -A "$root")" ] || die "$root is not empty"
chmod 755 "$root"    # apt reads as a user of its own
serving=

clean_up() {
    [ -z "$serving" ] || kill -TERM -- "-$serving" 2>/dev/null || :
    for point in proc dev; do
        if mountpoint -q "$root/$point"; then umount -l "$root/$point"; fi
    done
    rm -rf --one-file-system "$root"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        LARMOR_ADMIN_PASSWORD=bare-debian "$@"
}

# apt finds its mirror, keys and proxy where the host's does.
copy_apt_settings() {
    rm -f "$root/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
        if [ -f "$file" ]; then cp "$file" "$root$file"; fi
    done
    grep -lis proxy /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null | while read -r file; do
        cp "$file" "$root$file"
    done
    [ -f "$root/etc/apt/sources.list" ] || [ -f "$root/etc/apt/sources.list.d/debian.sources" ] ||
        printf 'deb %s bookworm main\n' "$mirror" >"$root/etc/apt/sources.list"
    for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
        if [ -f "$file" ]; then mkdir -p "$root${file%/*}" && cp -L "$file" "$root$file"; fi
    done
}

make_debian() {
    say "debootstrap into $root"
    debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log"; die 'debootstrap failed'; }
    rm -f "$root.log"
    copy_apt_settings
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --make-rslave "$root/dev"
    inside apt-get update -q >/dev/null || die 'apt does not work inside'
}

copy_sources() {
    say "copying $(git -C "$here" rev-parse --short HEAD)"
    mkdir "$root/larmor"
    git -C "$here" archive HEAD | tar -x -C "$root/larmor"
    if [ -n "${BARE_CCACHE:-}" ]; then
        mkdir -p "$root/root/.cache" && cp -r "$BARE_CCACHE" "$root/root/.cache/ccache"
    fi
}

# The first of the commands that `serve` prints must fetch something that is not empty.
prove_serve() {
    say './run serve'
    setsid chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LARMOR_ADMIN_PASSWORD=bare-debian \
        /larmor/run serve --listen "127.0.0.1:$port" >"$root/serve.out" 2>&1 &
    serving=$!
    seconds=0
    until grep -q 'listens on' "$root/serve.out"; do
        kill -0 "$serving" 2>/dev/null || { cat "$root/serve.out"; die './run serve ended'; }
        [ "$seconds" -lt 300 ] || die './run serve does not listen after five minutes'
        seconds=$((seconds + 1))
        sleep 1
    done
    sleep 1    # the commands are printed right after the address
    command=$(sed -n 's/^ *curl -u admin /curl --fail -u admin:bare-debian /p' "$root/serve.out" |
        head -n 1)
    [ -n "$command" ] || { cat "$root/serve.out"; die 'no curl command was printed'; }
    say "$command"
    mkdir "$root/fetched"
    inside sh -c "cd /fetched && $command" >"$root/fetched.out"
    [ -n "$(find "$root/fetched" "$root/fetched.out" -type f -size +100c)" ] ||
        die 'the first command fetched nothing'
    kill -TERM -- "-$serving"
    wait "$serving" || :
    serving=
}

make_debian
if [ "${BARE_ONLY:-}" = debootstrap ]; then say 'debootstrap works'; exit; fi
copy_sources
say './run test'
inside /larmor/run test
prove_serve
say 'both commands work in a bare Debian 12'
