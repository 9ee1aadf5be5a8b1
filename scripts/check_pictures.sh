#!/usr/bin/env bash
# Opens pages and GIS files of real runs with the programs that read them: Chromium through
# playwright-core, GDAL, GeoPandas, DuckDB and QGIS. What is not installed is said and passed over.
#
#     scripts/check_pictures.sh [PATH OF THE hexsky PROGRAM] [FOLDER FOR SCREENSHOTS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
hexsky=$(realpath "${1:-$here/../target/debug/hexsky}")
shots=${2:+$(mkdir -p "$2" && realpath "$2")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
skipped() { echo "not checked: $1" >&2; }
size() { wc -c < "$1"; }

cat > ship.csv << 'TRACK'
time,lat_deg,lon_deg
2026-01-01T00:00:00Z,-20.0,160.0
2026-01-01T12:00:00Z,-21.5,175.0
2026-01-02T00:00:00Z,-24.0,-172.0
TRACK
outputs=()
for ending in geojson gpkg fgb parquet kml kmz csv; do outputs+=(--out "cells.$ending"); done
ground=(--stations chinese-ttc --ship "ship=ship.csv" --start 2026-01-01T00:00:00Z)
"$hexsky" coverage hongyun --min-elevation 35 --quiet --csv coverage.csv --html coverage.html "${outputs[@]}"
"$hexsky" coverage hongyun --min-elevation 35 --quiet --resolution 4 --duration 6h --csv fine.csv --html fine.html
"$hexsky" coverage oneweb --gateways starlink-gateways --duration 3h --resolution 2 --quiet --csv gateways.csv --html gateways.html
"$hexsky" coverage hongyun --region russia --resolution 2 --duration 1h --min-elevation 40 --quiet --csv russia.csv --html russia.html
printf 'name,lat_deg,lon_deg\nBeijing,39.9,116.4\nNairobi,-1.3,36.8\nLongyearbyen,78.2,15.6\n' > cities.csv
"$hexsky" coverage hongyun --points cities.csv --duration 1h --min-elevation 40 --quiet --csv places.csv --html places.html
"$hexsky" compare hongyun hongyan xingyun --min-elevation 35 --quiet --csv compare.csv --html compare.html
"$hexsky" passes iridium-next "${ground[@]}" --duration 12h --gaps --quiet --csv passes.csv --html passes.html \
  --out sites.gpkg --out scene.czml
"$hexsky" capacity starlink --phase 2020-12 --gateways starlink-gateways --duration 1h --quiet --csv capacity.csv --html capacity.html
"$hexsky" dop beidou-3 --resolution 2 --duration 6h --quiet --csv dop.csv --html dop.html
# More instants than a call of a function may have arguments.
"$hexsky" coverage hongyun:trial --resolution 0 --duration 100d --quiet --csv long.csv --html long.html
"$hexsky" view iridium-next "${ground[@]}" --no-open --html view.html > /dev/null

for page in coverage compare capacity; do
  [ "$(size $page.html)" -lt 800000 ] || { echo "$page.html has $(size $page.html) bytes" >&2; exit 1; }
done
[ "$(size fine.html)" -lt 4000000 ] || { echo "fine.html has $(size fine.html) bytes" >&2; exit 1; }

chromium=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$chromium" ]; then
  skipped "pages, for there is no chromium"
elif ! timeout 120 npm install --silent --no-save --no-audit --no-fund playwright-core@1 > /dev/null 2>&1; then
  skipped "pages, for playwright-core does not install"
else
  export CHROMIUM=$chromium
  for page in coverage gateways russia places compare passes capacity dop; do
    node "$here/page_test.mjs" $page.html $page.csv 3000 $shots
  done
  node "$here/page_test.mjs" fine.html fine.csv 8000 $shots
  node "$here/page_test.mjs" long.html long.csv 5000 $shots
  node "$here/page_test.mjs" view.html - 3000 $shots
fi

if command -v ogrinfo > /dev/null; then
  for file in cells.{geojson,gpkg,fgb,kml,kmz,csv} sites.gpkg; do
    told=$(ogrinfo -ro -so -al "$file" 2>&1)
    grep -q 'ID\["EPSG",4326\]' <<< "$told" || { echo "$file: GDAL finds no EPSG:4326"; echo "$told"; exit 1; } >&2
    grep -qE '^(ERROR|Warning)' <<< "$told" && { echo "$file: GDAL complains"; echo "$told"; exit 1; } >&2
    count=$(sed -n 's/^Feature Count: //p' <<< "$told")
    [[ $file == sites* || $count == 41162 ]] || { echo "$file: GDAL counts $count features" >&2; exit 1; }
    echo "ogrinfo $file: $count features"
  done
else
  skipped "GDAL, for there is no ogrinfo"
fi

if python3 -m venv env > /dev/null 2>&1 && timeout 180 env/bin/pip install --quiet geopandas pyarrow duckdb > /dev/null 2>&1; then
  env/bin/python "$here/gis_check.py" cells
else
  skipped "GeoPandas and DuckDB, for they do not install"
fi
if [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import qgis.core" 2> /dev/null; then
  /usr/bin/python3 "$here/gis_check.py" cells --qgis
else
  skipped "QGIS, for its Python API is not installed"
fi
