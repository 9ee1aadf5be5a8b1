#!/usr/bin/env python3
"""Opens the GIS files of one run with the programs that read them and holds them to each other.

    hexsky coverage FILE --out g.geojson --out g.gpkg --out g.fgb --out g.parquet --out g.kml --out g.kmz --out g.csv
    python -m pip install geopandas pyarrow duckdb
    python scripts/gis_check.py g            GeoPandas (GDAL) and DuckDB
    python scripts/gis_check.py g --qgis     QGIS by its own Python API, where that is installed

The first file is the GeoPackage; every other must have its fields, types and values, valid shapes in
EPSG:4326 and, for the whole globe, 64,800 square degrees in the plane.
"""

import os
import sys
import warnings

WHOLE_GLOBE = (122, 842, 5882, 41162, 288122)
PLANE = 64800


def with_geopandas(stem):
    import duckdb
    import geopandas
    import pandas

    warnings.simplefilter("ignore")
    expected = geopandas.read_file(f"{stem}.gpkg")
    key = expected.columns[0]
    expected = expected.sort_values(key).reset_index(drop=True)
    whole = len(expected) in WHOLE_GLOBE
    print(f"{len(expected)} features, fields {', '.join(expected.columns)}")

    def check(name, table):
        table = table.sort_values(key).reset_index(drop=True)
        assert len(table) == len(expected), (name, len(table))
        assert table.crs.to_epsg() == 4326 or table.crs.to_authority() == ("OGC", "CRS84"), (name, table.crs)
        assert table.geometry.is_valid.all(), name
        area = table.geometry.area.sum()
        assert not whole or abs(area - PLANE) < 1e-3, (name, area)
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
        shapes = ", ".join(table.geometry.geom_type.unique())
        print(f"{name}: {len(table)} features, {shapes}, {area:.6f} square degrees, {table.crs}")

    check("gpkg", expected)
    for ending in ["geojson", "fgb", "csv"]:
        check(ending, geopandas.read_file(f"{stem}.{ending}").set_crs(4326, allow_override=ending == "csv"))
    check("parquet", geopandas.read_parquet(f"{stem}.parquet").drop(columns="bbox", errors="ignore"))
    # GDAL's plain KML driver, without libkml, does not read schema data, so only shapes are compared.
    kml = geopandas.read_file(f"{stem}.kml")
    assert len(kml) == len(expected) and kml.geometry.is_valid.all() and kml.crs.to_epsg() == 4326
    print(f"kml: {len(kml)} features, {kml.geometry.area.sum():.6f} square degrees")
    ask = duckdb.connect().execute
    rows = ask(f"select count(*) from '{stem}.parquet'").fetchall()[0][0]
    fields = ask(f"describe select * from '{stem}.parquet'").fetchall()
    assert rows == len(expected), rows
    kinds = {name: kind for name, kind, *_ in fields}
    assert kinds["geometry"].startswith(("GEOMETRY", "BLOB")), kinds
    print(f"DuckDB: {rows} rows; {', '.join(f'{name} {kind}' for name, kind in kinds.items())}")


def with_qgis(stem):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import Qgis, QgsApplication, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    kinds = None
    for ending in ["gpkg", "csv", "geojson", "fgb"]:
        layer = QgsVectorLayer(f"{stem}.{ending}", ending, "ogr")
        assert layer.isValid(), ending
        assert layer.crs().authid() in ("EPSG:4326", "OGC:CRS84"), (ending, layer.crs().authid())
        shapes = [feature.geometry() for feature in layer.getFeatures()]
        assert shapes and len(shapes) == layer.featureCount(), (ending, len(shapes))
        assert all(shape.isGeosValid() for shape in shapes), ending
        area = sum(shape.area() for shape in shapes)
        assert len(shapes) not in WHOLE_GLOBE or abs(area - PLANE) < 1e-3, (ending, area)
        # What matters to a user: numbers are numbers and instants are instants, in every format.
        own = {}
        for field in layer.fields():
            if field.name() not in ("fid", "WKT"):
                own[field.name()] = "number" if field.isNumeric() else "instant" if field.isDateOrTime() else "text"
        kinds = kinds or own
        assert own == kinds, (ending, own, kinds)
        print(f"QGIS {Qgis.QGIS_VERSION}: {ending}, {len(shapes)} features, {area:.6f} square degrees, {layer.crs().authid()}")
    print(", ".join(f"{name} {kind}" for name, kind in kinds.items()))
    # QGIS takes itself apart in an order that may crash Python after everything has been checked.
    sys.stdout.flush()
    os._exit(0)


if "--qgis" in sys.argv[2:]:
    with_qgis(sys.argv[1])
else:
    with_geopandas(sys.argv[1])
