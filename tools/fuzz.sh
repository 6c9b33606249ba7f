#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh [SECONDS [TARGET...]]: builds the fuzz targets, gives each the seeds in the tree and then
# SECONDS (60) of libFuzzer, as many at a time as there are cores. Fails when one has found
# something; the input is kept in build/fuzz/findings. What was learnt is kept in build/fuzz/corpus.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
seconds=${1:-60}
shift $(($# ? 1 : 0))
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

cmake --preset fuzz --log-level=WARNING -DLARMOR_WARNINGS_ARE_ERRORS=ON >/dev/null &&
    cmake --build --preset fuzz || exit 1
[ $# -gt 0 ] || set -- $(cd build/fuzz/fuzzers && echo *_fuzz)

# Of an input that is too slow, too: no parser takes seconds for 64 KiB.
fuzz_one() {
    local name=$1 seeds corpus=build/fuzz/corpus/$1
    seeds=$(echo src/*/fuzz_seeds/"$name")
    mkdir -p "$corpus" build/fuzz/findings
    build/fuzz/fuzzers/"$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix=build/fuzz/findings/"$name"- \
        "$corpus" "$seeds" >build/fuzz/"$name".log 2>&1
}

report() {
    local name=$1 log=build/fuzz/$1.log
    awk -v name="$name" -v seconds="$seconds" '
        /cov: / { for (i = 1; i < NF; ++i) if ($i == "cov:") covered = $(i + 1) }
        /number_of_executed_units/ { executed = $2 }
        END { printf "%-16s %11d executions, %d s, %d edges\n", name, executed, seconds, covered }
    ' "$log"
}

failed=0
while [ $# -gt 0 ]; do
    names=() pids=()
    while [ $# -gt 0 ] && [ ${#names[@]} -lt "$(nproc)" ]; do
        fuzz_one "$1" &
        names+=("$1") pids+=($!)
        shift
    done
    for i in "${!names[@]}"; do
        if wait "${pids[i]}"; then report "${names[i]}"; continue; fi
        failed=1
        printf '%s found something:\n' "${names[i]}"
        tail -n 40 build/fuzz/"${names[i]}".log
    done
done
exit $failed
