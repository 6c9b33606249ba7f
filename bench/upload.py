#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an upload of many files in one zip costs: `extract=true` against unzip and a sync.

Each turn has files of its own, since equal ones would share one stored object. Larmor's time holds
the way over the loopback, spooling, hashes, a sync of each object and the catalog; that of unzip
the syncs of its files. Needs build/release/larmor (`./run build`), python3-requests and unzip.
"""
import datetime
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import zipfile

import report
import servers
import tree
from measure import GB, MB


def parse_arguments():
    parser = report.make_parser(__doc__)
    add = parser.add_argument
    add("--members", type=int, default=1000, help="files of a zip")
    add("--size", type=int, default=213_000, help="bytes of each")
    arguments = parser.parse_args()
    if arguments.short:
        arguments.members, arguments.size, arguments.rounds = 20, 20_000, 1
    return arguments


def make_zip(path, members, size, seed):
    random_bytes = random.Random(seed)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(members):
            archive.writestr(f"{number:06}.dcm", random_bytes.randbytes(size))


def larmor_turn(larmor, path, number):
    body = path.read_bytes()
    cpu, begin = larmor.cpu_seconds(), time.perf_counter()
    tree.Uploader(larmor).put(f"{tree.PROJECT}/resources/R{number}/files/a.zip?extract=true", body)
    return figures(len(body), time.perf_counter() - begin, larmor.cpu_seconds() - cpu)


def unzip_turn(path, folder):
    folder.mkdir()
    before, begin = children_cpu_seconds(), time.perf_counter()
    subprocess.run(["unzip", "-q", path, "-d", folder], check=True)
    subprocess.run(["sync", *sorted(folder.iterdir()), folder], check=True)
    seconds = time.perf_counter() - begin
    shutil.rmtree(folder)
    return figures(path.stat().st_size, seconds, children_cpu_seconds() - before)


def children_cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def figures(size, seconds, cpu):
    return {"mb_per_s": size / MB / seconds, "cpu_s_per_gb": cpu / (size / GB)}


def median(turns):
    return {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}


def run(arguments, work):
    turns = {"larmor": [], "unzip": []}
    with servers.Larmor(arguments.larmor, work / "larmor") as larmor:
        tree.Uploader(larmor).put(tree.PROJECT)
        for number in range(arguments.rounds):
            path = work / "a.zip"
            make_zip(path, arguments.members, arguments.size, number)
            turns["larmor"].append(larmor_turn(larmor, path, number))
            turns["unzip"].append(unzip_turn(path, work / "unzipped"))
    medians = {name: median(of_one) for name, of_one in turns.items()}
    medians["ratio"] = {name: medians["larmor"][name] / medians["unzip"][name]
                        for name in medians["larmor"]}
    return {**medians, "turns": turns}


def main():
    arguments = parse_arguments()
    circumstances = report.circumstances()
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        result = run(arguments, pathlib.Path(work))
    report.print_comparison(f"{arguments.members} files of {arguments.size} bytes", result)
    if arguments.short:
        return
    path = report.ROOT / "bench/results" / f"{datetime.date.today().isoformat()}-upload.json"
    data = {"members": arguments.members, "bytes": arguments.size}
    report.write(path, {**circumstances, "data": data, "extract": result})
    print(f"\nwrote {os.path.relpath(path)}")


if __name__ == "__main__":
    main()
