#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the HTTPS suites where the kernel encrypts (kTLS), on a machine whose own kernel cannot:
# boots Debian's kernel in QEMU. The guest sees this machine's files, and what it writes is lost.
# Needs qemu-system-x86 and cpio, apt, the program built, and, as the processor is emulated, some
# minutes for each suite.
#
#     tools/kernel_tls.sh [SUITE...]    such as tls, zip; default: every suite that runs over HTTPS
#
# ACCEL=kvm is for machines that have it. TMPDIR is where the kernel is unpacked, 500 MB.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
all='tls download_guide damage file_lists manifests resume single_file upload zip'
work=$(mktemp -d "${TMPDIR:-/tmp}/kernel-tls.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say() { printf '==> %s\n' "$*"; }
die() { printf 'kernel_tls: %s\n' "$*" >&2; exit 1; }
for program in qemu-system-x86_64 cpio; do
    command -v "$program" >/dev/null || die "needs $program"
done
[ -x "$here/build/release/larmor" ] || die 'needs the program: ./run build'

unpack() {
    mkdir "$2"
    (cd "$2" && apt-get download "$1" >/dev/null 2>&1 && dpkg-deb -x ./*.deb . && rm ./*.deb) ||
        die "$1 cannot be fetched"
}

fetch_kernel() {
    package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p')
    say "$package"
    unpack "$package" "$work/kernel"
    release=${package#linux-image-}
    unpack busybox-static "$work/static"
    busybox=$work/static/bin/busybox
    "$busybox" depmod -b "$work/kernel" "$release"
}

# A first file system with what is needed to see the machine's own. Its init becomes that of the
# guest's proper one: the kernel looks for its modules where the first process does.
make_first_root() {
    first=$work/first
    modules=lib/modules/$release
    mkdir -p "$first/bin" "$first/sbin" "$first/proc" "$first/sys" "$first/dev" "$first/host" \
        "$first/mine" "$first/new" "$first/$modules"
    cp "$busybox" "$first/bin/busybox"
    ln -s /bin/busybox "$first/sbin/modprobe"
    cp "$work/kernel/$modules"/modules.* "$first/$modules/"
    for name in virtio_pci 9pnet_virtio 9p overlay; do
        sed -n "/\/$name.ko:/s/://p" "$work/kernel/$modules/modules.dep"
    done | tr ' ' '\n' | sort -u | while read -r module; do
        mkdir -p "$first/$modules/$(dirname "$module")"
        cp "$work/kernel/$modules/$module" "$first/$modules/$module"
    done
    write_init >"$first/init"
    write_suites "$@" >"$first/suites"
    chmod 755 "$first/init"
    (cd "$first" && find . | cpio -o -H newc --quiet) | gzip -1 >"$work/first.gz"
}

write_init() {
    cat <<END
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
for module in virtio_pci 9pnet_virtio 9p overlay; do modprobe \$module; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /host
mount -t tmpfs -o size=75% mine /mine
mkdir /mine/upper /mine/work
mount -t overlay -o lowerdir=/host,upperdir=/mine/upper,workdir=/mine/work overlay /new
mount -t proc proc /new/proc
mount -t devtmpfs dev /new/dev
mount -t tmpfs tmp /new/tmp
mkdir -p /new$work /new/usr/lib/modules/$release
mount --bind /host$work /new$work
mount --bind /host$work/kernel/$modules /new/usr/lib/modules/$release
ln -sf $busybox /new/sbin/modprobe
ifconfig lo 127.0.0.1 up
cp /suites /new/tmp/suites
exec chroot /new /bin/sh /tmp/suites
END
}

write_suites() {
    cat <<END
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
export LARMOR_BINARY=$work/larmor LARMOR_TLS=1 DISK_FAULTS_LIBRARY=$work/libdisk_faults.so
cd $here/tests
modprobe tls
verdict=passed
for suite in $*; do
    echo "==> \$suite"
    python3 -m pytest -q -p no:cacheprovider test_\$suite.py || verdict=failed
    sed -n 's/^TlsTxSw[[:space:]]*/connections that the kernel encrypted so far: /p' \
        /proc/net/tls_stat
done
echo "HTTPS over kTLS: \$verdict"
echo o >/proc/sysrq-trigger
while :; do :; done
END
}

[ $# -gt 0 ] || set -- $all
cp "$here/build/release/larmor" "$here/build/release/tests/libdisk_faults.so" "$work/"
fetch_kernel
make_first_root "$@"
qemu-system-x86_64 -accel "${ACCEL:-tcg}" -cpu max -smp "$(nproc)" -m 4G -nographic -nic none \
    -no-reboot -kernel "$work/kernel/boot/vmlinuz-$release" -initrd "$work/first.gz" \
    -append 'console=ttyS0 panic=-1 quiet mitigations=off' \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    </dev/null | tee "$work/console"
grep -q '^HTTPS over kTLS: passed' "$work/console"
