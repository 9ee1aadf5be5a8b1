#!/usr/bin/env bash
# Lines that the tests run: a table by file, and with `test_coverage.sh lines` the lines that they do not.
# Needs `cargo install cargo-llvm-cov` and `rustup component add llvm-tools`.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo llvm-cov clean --workspace
cargo llvm-cov test --locked --no-report
if [ "${1:-}" = lines ]; then
    cargo llvm-cov report --text --show-missing-lines --ignore-filename-regex '/(tests|registry)/'
else
    cargo llvm-cov report --summary-only --ignore-filename-regex '/(tests|registry)/'
fi
