# SPDX-License-Identifier: Apache-2.0
"""What a figure needs to be believed: machine, date, commit and command, in one file."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def make_parser(description):
    """With the options that every benchmark has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--larmor", default=ROOT / "build/release/larmor", help="the program to measure")
    add("--work", help="where the temporary data folder lies (default: the system's)")
    add("--rounds", type=int, default=5, help="turns of each program")
    add("--short", action="store_true", help="tiny sizes, no results file: does it still run?")
    return parser


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_gb():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)


def git(*arguments):
    said = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    return said.stdout.strip()


def circumstances():
    sources = git("status", "--porcelain", "--untracked-files=no", "src", "cmake", "CMakeLists.txt")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": git("rev-parse", "HEAD") + ("-modified" if sources else ""),
        "command": " ".join(["python3", os.path.relpath(sys.argv[0], ROOT), *sys.argv[1:]]),
        "machine": {
            "cpu": cpu_model(),
            "cores": os.cpu_count(),
            "memory_gb": memory_gb(),
            "kernel": platform.release(),
            "load_before": os.getloadavg()[0],
        },
    }


def write(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rounded(results), indent=2) + "\n")


def rounded(value):
    """Four digits are more than any of these figures is good for."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return value


def print_comparison(title, result):
    print(f"\n{title}")
    names = [name for name in ("larmor", "nginx", "unzip", "ratio") if name in result]
    print("  " + " " * 20 + "".join(f"{name:>12}" for name in names))
    for figure in result["larmor"]:
        cells = (result[name][figure] for name in names)
        shown = ("-" if cell is None else f"{cell:.4g}" for cell in cells)
        print(f"  {figure:20}" + "".join(f"{cell:>12}" for cell in shown))


def print_first_bytes(results):
    print("\nzip to its first byte, ms")
    print(f"  {'members':>10}{'first':>12}{'repeated':>12}")
    for members, times in results.items():
        print(f"  {members:>10}{times['first_ms']:>12.4g}{times['repeated_ms']:>12.4g}")
