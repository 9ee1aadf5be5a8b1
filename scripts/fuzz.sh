#!/usr/bin/env bash
# Fuzzes every target until it has had SECONDS of processor time (default 60), in turns, from the seeds and the corpus
# that earlier runs left. Needs `cargo install cargo-fuzz`.
#
#     scripts/fuzz.sh [SECONDS [TARGET...]]
#     scripts/fuzz.sh sums
#
# JOBS targets run at once (default: as many as there are cores), each turn takes TURN seconds of the clock (default
# 300). With BY=clock SECONDS are of the clock, however many targets share the processor. What each target has had, by
# either measure, is added up in fuzz/record.csv, by state of the code, and printed by `sums`. A find is kept in
# fuzz/artifacts, the other targets go on, and the exit code is 1.
set -euo pipefail
cd "$(dirname "$0")/.."
record=fuzz/record.csv
[ -e "$record" ] || echo commit,target,processor_seconds,clock_seconds,inputs,edges,finds >"$record"

# One row for each state of the code and target: times, inputs and finds added, the most edges.
fold() {
    awk -F, -v OFS=, 'NR == 1 { print; next }
        { key = $1 OFS $2; if (!(key in clock)) order[++rows] = key
          seconds[key] += $3; clock[key] += $4; inputs[key] += $5; finds[key] += $7
          if ($6 > edges[key]) edges[key] = $6 }
        END { for (row = 1; row <= rows; row++) { key = order[row]
              print key, seconds[key], clock[key], inputs[key], edges[key], finds[key] } }' "$record" >"$record.new"
    mv "$record.new" "$record"
}
sums() {
    awk -F, 'NR == 1 { next }
        { if (!($2 in clock)) order[++rows] = $2
          seconds[$2] += $3; clock[$2] += $4; inputs[$2] += $5; edges[$2] = $6; finds[$2] += $7 }
        END { line = "%-15s %12s %12s %10s %8s %6s\n"
              printf line, "target", "inputs", "processor s", "clock s", "edges", "finds"
              for (row = 1; row <= rows; row++) { target = order[row]
                  printf line, target, inputs[target], seconds[target], clock[target], edges[target], finds[target]
                  all += inputs[target]; time += seconds[target]; found += finds[target] }
              printf line, "all", all, time, "", "", found }' "$record"
}
if [ "${1:-}" = sums ]; then
    sums
    exit
fi

wanted=${1:-60}
if [ $# -gt 1 ]; then targets=("${@:2}"); else mapfile -t targets < <(ls fuzz/fuzz_targets | sed 's/\.rs$//'); fi
cores=$(nproc)
jobs=${JOBS:-$cores}
longest=${TURN:-300}
# The crate is safe Rust, so no sanitizer is asked for; libFuzzer itself needs flags that stable Rust has only so.
export RUSTC_BOOTSTRAP=1
for target in "${targets[@]}"; do cargo fuzz build --sanitizer none "$target"; done
built=${CARGO_TARGET_DIR:-fuzz/target}/$(rustc -vV | sed -n 's/^host: //p')/release
commit=$(git rev-parse --short=7 HEAD)
# An input that takes longer than this is a find; the fewer cores each target has, the longer it may take.
timeout=$((60 * (jobs > cores ? jobs : cores) / cores))
export record built commit timeout

turn() { # target, seconds of the clock
    local target=$1 log times status=0
    log=$(mktemp)
    times=$(mktemp)
    mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
    TIMEFORMAT='%U %S %R'
    { time "$built/$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -max_total_time="$2" -timeout="$timeout" \
        -report_slow_units="$timeout" \
        -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 -artifact_prefix="fuzz/artifacts/$target/" \
        >"$log" 2>&1 || status=$?; } 2>"$times"
    local inputs edges seconds
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    seconds=$(awk '{ printf "%.0f,%.0f", $1 + $2, $3 }' "$times")
    # libFuzzer ends with 72 when it is interrupted.
    [ "$status" != 72 ] || status=0
    echo "$commit,$target,$seconds,${inputs:-0},${edges:-0},$((status != 0))" >>"$record"
    if [ "$status" != 0 ]; then
        tail -40 "$log" >&2
        echo "$target: a find, see fuzz/artifacts/$target" >&2
    fi
    rm -f "$log" "$times"
}
export -f turn

case ${BY:-processor} in
processor) column=3 ;;
clock) column=4 ;;
*)
    echo "BY is processor or clock, not $BY" >&2
    exit 2
    ;;
esac
had() {
    awk -F, -v commit="$commit" -v target="$1" -v column="$column" \
        '$1 == commit && $2 == target { sum += $column } END { print sum + 0 }' "$record"
}
declare -A start
for target in "${targets[@]}"; do start[$target]=$(had "$target"); done
while :; do
    turns=()
    for target in "${targets[@]}"; do
        left=$((wanted - $(had "$target") + ${start[$target]}))
        # Start and end of a turn are not fuzzed for the second: what is short by less is enough.
        if [ "$left" -gt $((wanted / 50)) ]; then turns+=("$target" "$((left < longest ? left : longest))"); fi
    done
    [ ${#turns[@]} -gt 0 ] || break
    printf '%s\n' "${turns[@]}" | xargs -P "$jobs" -n 2 bash -c 'turn "$@"' turn
    fold
done
sums
! find fuzz/artifacts -type f 2>/dev/null | grep . >&2
