#!/usr/bin/env bash
# Runs every fuzz target for some seconds (default 60), one after the other, from the seeds and the corpus that
# earlier runs left. Needs `cargo install cargo-fuzz`. A find stops it and is in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
if [ $# -gt 1 ]; then targets=("${@:2}"); else mapfile -t targets < <(ls fuzz/fuzz_targets | sed 's/\.rs$//'); fi
# The crate is safe Rust, so no sanitizer is asked for; libFuzzer itself needs flags that stable Rust has only so.
export RUSTC_BOOTSTRAP=1
cargo fuzz build --sanitizer none
printf '%-15s %12s %10s %12s\n' target inputs seconds corpus
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    log=$(mktemp)
    if ! cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 \
        >"$log" 2>&1; then
        tail -40 "$log"
        echo "$target: a find, see fuzz/artifacts/$target" >&2
        exit 1
    fi
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-15s %12s %10s %12s\n' "$target" "$inputs" "$seconds" "$(ls "fuzz/corpus/$target" | wc -l)"
    rm -f "$log"
done
