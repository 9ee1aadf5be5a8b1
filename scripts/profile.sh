#!/usr/bin/env bash
# Where the time of a coverage job goes: instructions by stage, callees included, counted by callgrind.
#
#     scripts/profile.sh [JOB OF benches/jobs.rs, A-hour unless told]
set -euo pipefail
cd "$(dirname "$0")/.."
job=${1:-A-hour}
cargo build --locked --release --bench jobs
program=$(ls -t target/release/deps/jobs-* | grep -v '\.d$' | head -1)
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$counts" "$program" --bench "$job" --threads 1 > /dev/null 2>&1
callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$counts" 2> /dev/null \
    | grep -E 'PROGRAM TOTALS|TileAccount>?::|RowLayout::new|Grid::globe|Fleet::nodes|edges::solve_lanes|footprint::(push|judge)|widths::find|add_(sample|run)|SampledGaps::turn|sampled_gaps::Finished|fold::figures|instants_of_block' \
    | grep -v __resolver_fn \
    | sed -E 's/^ *([0-9,]+) \( *([0-9.]+)%\) +[^:]*:/\2 % \1 /; s/ \[.*//; s/::[a-z_0-9]*_avx_[a-z_0-9]*version//; s/<impl (.*)>/\1/; s/(hexsky::coverage::|tile::)//g'
