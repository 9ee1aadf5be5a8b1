#!/usr/bin/env python3
"""Makes src/attenuation/maps/reduced_maps.bin from the full maps in the PyPI package itur 0.4.0.

    python -m pip install itur==0.4.0
    python scripts/reduce_itu_maps.py

Values are quantised; the grids are kept as they are. In place of the 24 monthly maps of rainfall and
temperature stands what P.837-7 makes of them at their grid points: the annual probability of rain.
`cargo run --release --example map_reduction_error -- <itur>/data` measures what it costs.

Layout of the file, little-endian: the magic `HSKYMAPS`, a u32 with the length of the JSON index, the
index, then one zlib stream per group at `offset` (counted from the end of the index). A stream holds
the residuals of all layers, row by row, zigzag-coded: first all low bytes, then all high bytes. Residuals are against
the median edge predictor of LOCO-I (Weinberger, Seroussi, Sapiro 2000); with `delta` set each layer
after the first is coded as its difference to the layer before it. Value = q * step, or (q * step)^2
where `squared` is set.
"""

import argparse
import importlib.metadata
import json
import pathlib
import struct
import sys
import zlib

import numpy as np

PERCENTS = [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 30, 50]
DAYS = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def percent_names(stem):
    return [f"{stem}{str(p).replace('.', '')}" for p in PERCENTS]


# name, itur files, labels, first latitude, first longitude, step of the full grid (degrees, latitude signed),
# quantisation step, squared, delta
GROUPS = [
    ("rain_rate_001", ["837/v7_r001"], [0.01], -90.0, -180.0, 0.125, 0.125, 0.03, True, False),
    ("rain_probability", ["rain_probability"], [0], -90.125, -180.125, 0.25, 0.25, 0.015, True, False),
    ("annual_temperature", ["1510/v1_t_annual"], [0], -90.0, -180.0, 0.75, 0.75, 0.2, False, False),
    ("wet_refractivity", ["453/v13_nwet_annual_50"], [50], -90.0, -180.0, 0.75, 0.75, 0.2, False, False),
    ("zero_isotherm", ["839/v4_esa0height"], [0], 90.0, 0.0, -1.5, 1.5, 0.005, False, False),
    ("water_vapour_density", percent_names("836/v6_rho_"), PERCENTS, 90.0, 0.0, -1.125, 1.125, 0.4, False, True),
    ("water_vapour_content", percent_names("836/v6_v_"), PERCENTS, 90.0, 0.0, -1.125, 1.125, 0.1, False, True),
    ("water_vapour_scale_height", percent_names("836/v6_vsch_"), PERCENTS, 90.0, 0.0, -1.125, 1.125, 0.025, False, True),
    ("reduced_liquid", percent_names("840/v7_lred_"), PERCENTS, 90.0, 0.0, -1.125, 1.125, 0.008, True, False),
    ("topography", ["836/v6_topo_0dot5"], [0], 90.5, -0.5, -0.5, 0.5, 0.005, False, False),
]


def fill_row_of_holes(values):
    """Row 1 of the P.836 and P.840 maps in itur 0.4.0 (88.875 N) has 287 holes: mean of the rows beside it."""
    holes = np.isnan(values)
    if holes[[0] + list(range(2, len(values)))].any():
        sys.exit("holes where none are known")
    values = values.copy()
    values[1][holes[1]] = (values[0][holes[1]] + values[2][holes[1]]) / 2
    return values


def rain_probability(data):
    """Annual probability of rain in percent (P.837-7, equations 1 to 3) on the grid of the monthly rainfall."""
    def weights(points, first, step, count):
        at = np.clip((points - first) / step, 0, count - 1)
        low = np.minimum(at.astype(int), count - 2)
        matrix = np.zeros((len(points), count))
        matrix[np.arange(len(points)), low] = 1 - (at - low)
        matrix[np.arange(len(points)), low + 1] = at - low
        return matrix

    along_latitude = weights(-90.125 + 0.25 * np.arange(722), -90, 0.75, 241)
    along_longitude = weights(np.mod(-180.125 + 0.25 * np.arange(1442) + 180, 360) - 180, -180, 0.75, 481)
    total = 0
    for month, days in enumerate(DAYS, 1):
        rain = np.load(data / f"837/v7_mt_month{month:02d}.npz")["arr_0"]
        temperature = np.load(data / f"1510/v1_t_month{month:02d}.npz")["arr_0"]
        celsius = along_latitude @ temperature @ along_longitude.T - 273.15
        rate = 0.5874 * np.exp(0.0883 * np.maximum(celsius, 0))
        total = total + days * np.minimum(100 * rain / (24 * days * rate), 70)
    return total / 365.25


def residuals(q):
    """Residuals of the median edge predictor; outside the map is zero."""
    z = np.pad(q, ((1, 0), (1, 0)))
    west, north, corner = z[1:, :-1], z[:-1, 1:], z[:-1, :-1]
    low, high = np.minimum(west, north), np.maximum(west, north)
    guess = np.where(corner >= high, low, np.where(corner <= low, high, west + north - corner))
    return q - guess


def pack(layers):
    r = np.concatenate([layer.ravel() for layer in layers]).astype(np.int64)
    z = (r << 1) ^ (r >> 63)
    if z.max() > 0xFFFF:
        sys.exit("a residual does not fit in 16 bits")
    return zlib.compress((z & 0xFF).astype(np.uint8).tobytes() + (z >> 8).astype(np.uint8).tobytes(), 9)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, help="data folder of itur 0.4.0; default: the installed package")
    parser.add_argument("--out", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent / "src/attenuation/maps/reduced_maps.bin")
    arguments = parser.parse_args()
    data = arguments.data
    if data is None:
        package = importlib.metadata.distribution("itur")
        if package.version != "0.4.0":
            sys.exit(f"itur 0.4.0 is needed, {package.version} is installed")
        data = pathlib.Path(package.locate_file("itur/data"))

    index, streams, offset = [], [], 0
    for name, files, labels, lat0, lon0, dlat, dlon, step, squared, delta in GROUPS:
        quantised = []
        for file in files:
            values = rain_probability(data) if file == name else np.load(data / f"{file}.npz")["arr_0"]
            if np.isnan(values).any():
                values = fill_row_of_holes(values)
            quantised.append(np.rint((np.sqrt(values) if squared else values) / step).astype(np.int64))
        coded = [q - quantised[i - 1] if delta and i else q for i, q in enumerate(quantised)]
        stream = pack([residuals(q) for q in coded])
        rows, columns = quantised[0].shape
        index.append({
            "name": name, "labels": labels, "rows": rows, "columns": columns,
            "first_latitude_deg": lat0, "first_longitude_deg": lon0,
            "latitude_step_deg": dlat, "longitude_step_deg": dlon,
            "step": step, "squared": squared, "delta": delta, "offset": offset, "length": len(stream),
        })
        print(f"{name:28} {len(files):2} x {rows:4} x {columns:4} {len(stream):8} bytes")
        streams.append(stream)
        offset += len(stream)
    head = json.dumps(index, separators=(",", ":")).encode()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(b"HSKYMAPS" + struct.pack("<I", len(head)) + head + b"".join(streams))
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
