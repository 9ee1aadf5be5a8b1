#!/usr/bin/env bash
# Opens pages and GIS files of a real run with the programs that read them: Chromium through
# playwright-core, GeoPandas and DuckDB. What is not installed, and cannot be, is said and passed over.
#
#     scripts/check_pictures.sh [PATH OF THE hexsky PROGRAM]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
hexsky=$(realpath "${1:-$here/../target/debug/hexsky}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

outputs=()
for ending in geojson gpkg fgb parquet kml csv; do outputs+=(--out "cells.$ending"); done
"$hexsky" coverage hongyun --min-elevation 35 --quiet --csv plain.csv --html page.html "${outputs[@]}"
"$hexsky" coverage hongyun --min-elevation 35 --quiet --resolution 4 --csv fine.csv --html fine.html
"$hexsky" dop beidou-3 --resolution 2 --duration 6h --quiet --csv dop.csv --html dop.html

size() { wc -c < "$1"; }
[ "$(size page.html)" -lt 800000 ] || { echo "page.html has $(size page.html) bytes" >&2; exit 1; }
[ "$(size fine.html)" -lt 4000000 ] || { echo "fine.html has $(size fine.html) bytes" >&2; exit 1; }

chromium=${CHROMIUM:-$(command -v chromium || true)}
if [ -n "$chromium" ] && npm install --silent --no-save playwright-core@1 > /dev/null 2>&1; then
  export CHROMIUM=$chromium
  node "$here/page_test.mjs" page.html plain.csv 3000
  node "$here/page_test.mjs" fine.html fine.csv 8000
  node "$here/page_test.mjs" dop.html dop.csv 3000
else
  echo "no chromium or no playwright-core: pages are not opened" >&2
fi

if python3 -m venv env > /dev/null 2>&1 && env/bin/pip install --quiet geopandas pyarrow duckdb > /dev/null 2>&1; then
  env/bin/python "$here/gis_check.py" cells
else
  echo "no geopandas or no duckdb: GIS files are not opened in Python" >&2
fi
