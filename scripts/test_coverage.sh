#!/usr/bin/env bash
# What the tests run of src/: lines, functions and regions by file and by room; with `test_coverage.sh lines` the
# lines that no test runs. The program that tests start counts as well as what they call; modules of tests and the
# example in the documentation do not. A test that fails is told at the end by the exit code.
# Needs `cargo install cargo-llvm-cov`, `rustup component add llvm-tools`, and Python.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo llvm-cov clean --workspace
status=0
cargo llvm-cov test --locked --no-report --no-fail-fast || status=$?
report=$(mktemp)
trap 'rm -f "$report"' EXIT
# A process that a test kills while it writes its counts leaves a file that cannot be read: it is passed over.
cargo llvm-cov report --json --failure-mode all --output-path "$report"
python3 scripts/test_coverage.py "$report" "$@"
exit $status
