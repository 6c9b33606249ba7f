#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a download costs: Larmor's zip, file and JSON against nginx with the same bytes prebuilt.

Needs build/release/larmor (`./run build`), python3-requests, and for the comparison nginx-light.
"""
import contextlib
import datetime
import os
import pathlib
import statistics
import sys
import tempfile
import zipfile

import measure
import report
import servers
import tree
from measure import Target

JSON_PATH = "/data/projects?format=json"


def parse_arguments():
    parser = report.make_parser(__doc__)
    add = parser.add_argument
    add("--members", type=int, default=1000, help="files of the large zip")
    add("--size", type=int, default=214_000, help="bytes of each")
    add("--counts", default="1000,20000,100000", help="members of the zips timed to first byte")
    add("--small-size", type=int, default=1000, help="bytes of each member of those")
    add("--turn-bytes", type=float, default=2e9, help="bytes of a turn")
    add("--requests", type=int, default=2000, help="requests of a turn")
    add("--tls", action="store_true", help="over HTTPS")
    add("--output", type=pathlib.Path, help="the results file")
    arguments = parser.parse_args()
    arguments.counts = [int(count) for count in arguments.counts.split(",")]
    if arguments.short:
        make_short(arguments)
    elif arguments.output is None:
        kind = "tls" if arguments.tls else "download"
        name = f"{datetime.date.today().isoformat()}-{kind}.json"
        arguments.output = report.ROOT / "bench/results" / name
    return arguments


def make_short(arguments):
    arguments.members, arguments.size = 20, 20_000
    arguments.counts, arguments.small_size = [10, 50], 100
    arguments.rounds, arguments.turn_bytes, arguments.requests = 1, 1e6, 20


def save_checked(target, path, members):
    """The whole archive, opened by someone else's code before anyone is proud of its speed."""
    measure.save(target, path)
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
        if damaged is not None or len(archive.namelist()) != members:
            raise SystemExit(f"{path}: {len(archive.namelist())} members, damaged: {damaged}")


def targets_of(larmor, nginx, path, name):
    """What to fetch from each; the file for nginx must be in its root."""
    targets = [Target(larmor, path)]
    return targets + [Target(nginx, f"/{name}")] if nginx else targets


def measure_zip(larmor, nginx, folder, arguments):
    tree.create_session(larmor, "LARGE", arguments.members, arguments.size)
    target = Target(larmor, tree.zip_path("LARGE"))
    copy = (nginx.root if nginx else folder) / "large.zip"
    save_checked(target, copy, arguments.members)
    targets = targets_of(larmor, nginx, target.path, copy.name)
    return measure.compare(
        targets, lambda each: measure.transfer_turn(each, arguments.turn_bytes), arguments.rounds
    )


def measure_requests(larmor, nginx, path, name, arguments):
    if nginx:
        (nginx.root / name).write_bytes(measure.body_of(Target(larmor, path)))
    targets = targets_of(larmor, nginx, path, name)
    return measure.compare(
        targets, lambda each: measure.request_turn(each, arguments.requests), arguments.rounds
    )


def first_bytes(larmor, label):
    """After a restart nothing of the session is cached; the password is verified beforehand."""
    target, first, repeated = Target(larmor, tree.zip_path(label)), [], []
    for _ in range(3):
        larmor.restart()
        measure.body_of(Target(larmor, JSON_PATH))
        first.append(measure.first_byte_seconds(target))
        repeated += [measure.first_byte_seconds(target) for _ in range(10)]
    return {
        "first_ms": 1000 * statistics.median(first),
        "repeated_ms": 1000 * statistics.median(repeated),
    }


def measure_first_bytes(larmor, folder, arguments):
    results = {}
    for count in arguments.counts:
        label = f"MANY{count}"
        tree.create_session(larmor, label, count, arguments.small_size)
        save_checked(Target(larmor, tree.zip_path(label)), folder / "many.zip", count)
        results[str(count)] = first_bytes(larmor, label)
    return results


def measure_all(larmor, nginx, folder, arguments):
    results = {"zip": measure_zip(larmor, nginx, folder, arguments)}
    report.print_comparison(
        f"zip of {arguments.members} members of {arguments.size} bytes", results["zip"]
    )
    path = tree.file_path("LARGE", 0)
    results["file"] = measure_requests(larmor, nginx, path, "file.dcm", arguments)
    report.print_comparison(f"one file of {arguments.size} bytes", results["file"])
    results["json"] = measure_requests(larmor, nginx, JSON_PATH, "small.json", arguments)
    report.print_comparison("a small JSON answer", results["json"])
    results["first_byte"] = measure_first_bytes(larmor, folder, arguments)
    report.print_first_bytes(results["first_byte"])
    return results


def main():
    arguments = parse_arguments()
    if not os.access(arguments.larmor, os.X_OK):
        raise SystemExit(f"there is no program {arguments.larmor}: ./run build makes it")
    results = report.circumstances()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="larmor-bench-", dir=arguments.work)
        )
        folder = pathlib.Path(folder)
        tls = servers.Tls(folder) if arguments.tls else None
        larmor = stack.enter_context(servers.Larmor(arguments.larmor, folder / "larmor", tls))
        results["larmor"], nginx = larmor.version(), None
        if servers.Nginx.program():
            nginx = stack.enter_context(servers.Nginx(folder / "nginx", tls))
            results["nginx"] = nginx.version()
        else:
            print("nginx is not installed (nginx-light): Larmor is measured alone", file=sys.stderr)
        results["data"] = {
            name: getattr(arguments, name)
            for name in ("members", "size", "counts", "small_size", "rounds", "requests")
        }
        results |= measure_all(larmor, nginx, folder, arguments)
    if arguments.output:
        report.write(arguments.output, results)
        print(f"\nwritten: {os.path.relpath(arguments.output)}")


if __name__ == "__main__":
    main()
