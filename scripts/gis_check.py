#!/usr/bin/env python3
"""Opens the GIS files of one run in GeoPandas (GDAL), DuckDB and holds them to each other.

    hexsky coverage FILE --out g.geojson --out g.gpkg --out g.fgb --out g.parquet --out g.kml --out g.csv
    python -m pip install geopandas pyarrow duckdb
    python scripts/gis_check.py g

The first file is the GeoPackage; every other must have its fields, types and values, valid shapes in
EPSG:4326 and, for the whole globe, 64,800 square degrees in the plane.
"""

import sys
import warnings

import duckdb
import geopandas
import pandas

warnings.simplefilter("ignore")
stem = sys.argv[1]
expected = geopandas.read_file(f"{stem}.gpkg")
key = expected.columns[0]
expected = expected.sort_values(key).reset_index(drop=True)
whole = len(expected) in (122, 842, 5882, 41162, 288122)
print(f"{len(expected)} features, fields {', '.join(expected.columns)}")


def check(name, table):
    table = table.sort_values(key).reset_index(drop=True)
    assert len(table) == len(expected), (name, len(table))
    assert table.crs.to_epsg() == 4326 or table.crs.to_authority() == ("OGC", "CRS84"), (name, table.crs)
    assert table.geometry.is_valid.all(), name
    area = table.geometry.area.sum()
    assert not whole or abs(area - 64800) < 1e-3, (name, area)
    for field in expected.columns.drop("geometry"):
        ours, theirs = expected[field], table[field]
        if pandas.api.types.is_datetime64_any_dtype(ours):
            theirs = pandas.to_datetime(theirs, utc=True)
            ours = pandas.to_datetime(ours, utc=True)
            same = ((ours - theirs).abs() < pandas.Timedelta("1ms")) | (ours.isna() & theirs.isna())
        elif pandas.api.types.is_numeric_dtype(ours):
            assert pandas.api.types.is_numeric_dtype(theirs), (name, field, theirs.dtype)
            same = (ours - theirs).abs().fillna(0) < 1e-9
            same &= ours.isna() == theirs.isna()
        else:
            same = ours.fillna("") == theirs.fillna("")
        assert same.all(), (name, field, ours[~same].head(), theirs[~same].head())
    print(f"{name}: {len(table)} features, {', '.join(table.geometry.geom_type.unique())}, {area:.6f} square degrees, {table.crs}")


check("gpkg", expected)
for ending in ["geojson", "fgb", "csv"]:
    check(ending, geopandas.read_file(f"{stem}.{ending}").set_crs(4326, allow_override=ending == "csv"))
check("parquet", geopandas.read_parquet(f"{stem}.parquet").drop(columns="bbox", errors="ignore"))
# GDAL's plain KML driver, without libkml, does not read schema data, so only shapes are compared.
kml = geopandas.read_file(f"{stem}.kml")
assert len(kml) == len(expected) and kml.geometry.is_valid.all() and kml.crs.to_epsg() == 4326
print(f"kml: {len(kml)} features, {kml.geometry.area.sum():.6f} square degrees")
print(duckdb.sql(f"describe select * from '{stem}.parquet'"))
