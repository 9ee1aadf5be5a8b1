#!/usr/bin/env bash
# The same bytes from every build: unoptimised and optimised, with the loops for AVX and without (feature
# `portable`), on one, two and three threads. `same_numbers.sh quick` leaves the optimised builds out.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
target=${CARGO_TARGET_DIR:-target}
build() { # name, profile folder, cargo options
    local name=$1 folder=$2
    shift 2
    cargo build --locked --quiet --bin hexsky "$@"
    cp "$target/$folder/hexsky" "$out/$name"
}
build debug-portable debug --features portable
build debug debug
builds=(debug debug-portable)
if [ "${1:-}" != quick ]; then
    build release-portable release --release --features portable
    build release release --release
    builds+=(release release-portable)
fi
jobs=(
    "coverage hongyun --resolution 2 --duration 3h --min-elevation 25 --csv -"
    "coverage hongyun --resolution 2 --duration 2h --at-least 2 --exact all --csv -"
    "coverage hongyun --resolution 2 --duration 2h --exact none --csv -"
    "coverage hongyun --resolution 2 --duration 2h --json -"
    "coverage globalstar --resolution 1 --duration 2h --gateways viasat --csv -"
    "dop gps --resolution 2 --duration 6h --start 2026-01-01T00:00:00Z --csv -"
    "dop gps galileo --resolution 1 --duration 2h --start 2026-01-01T00:00:00Z --clock common --json -"
    "capacity hongyun --resolution 2 --duration 20min --csv -"
    "phases hongyan --resolution 1 --duration 2h --csv -"
    "passes iridium-next --stations nasa-nen --duration 3h --csv -"
)
for job in "${jobs[@]}"; do
    sum=
    for name in "${builds[@]}"; do
        for threads in 1 2 3; do
            # shellcheck disable=SC2086
            "$out/$name" $job --threads "$threads" --quiet >"$out/result" || { echo "failed: $name: $job" >&2; exit 1; }
            new=$(sha256sum <"$out/result" | cut -c1-16)
            if [ "${sum:=$new}" != "$new" ]; then
                echo "differs: $name, $threads threads: $job" >&2
                exit 1
            fi
        done
    done
    printf '%s  %8d bytes  %s\n' "$sum" "$(wc -c <"$out/result")" "$job"
done
echo "the same bytes from ${builds[*]} on 1, 2 and 3 threads"
