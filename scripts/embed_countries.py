#!/usr/bin/env python3
"""Makes src/grid/region/countries.bin from two npm packages.

    npm pack world-atlas@2.0.2 && npm pack i18n-iso-countries@7.14.0
    python3 scripts/embed_countries.py world-atlas-2.0.2.tgz i18n-iso-countries-7.14.0.tgz

world-atlas carries Natural Earth's admin-0 countries (public domain) as TopoJSON under ISO numeric
codes; i18n-iso-countries (MIT) turns these into alpha-2, alpha-3 and English names. Both come from the
packages named above; other versions are refused, because docs/regions.md speaks about these.

The file is little-endian. Unsigned and zigzag-signed integers are LEB128 varints, texts are a varint
length and UTF-8:

    "HXC1" | lon0 lat0 dlon dlat (f64 each) | number of countries
    country: alpha-2 | alpha-3 | name | number of other names, names | number of polygons
    polygon: number of rings | ring: number of points, then dx dy of each from the one before it

The first point of a ring is counted from grid point (0, 0). The closing point is left out. Longitudes
run on beyond 180 degrees where a ring crosses the antimeridian, and rings around a pole are closed
along the pole's parallel: every ring is a plain polygon in the longitude-latitude plane.
"""

import json
import struct
import sys
import tarfile
import unicodedata
from pathlib import Path

WORLD_ATLAS = "2.0.2"
ISO_COUNTRIES = "7.14.0"
TARGET = Path(__file__).resolve().parent.parent / "src/grid/region/countries.bin"

# Natural Earth of this package is older than the first name and shortens the others.
RENAMED = {
    "MK": "North Macedonia",
    "N. Cyprus": "Northern Cyprus",
    "Indian Ocean Ter.": "Indian Ocean Territories",
}
# Names in use that neither package has.
MORE_NAMES = {
    "CD": ["DR Congo"],
    "LA": ["Lao PDR"],
    "MM": ["Burma"],
    "SZ": ["Swaziland"],
    "TL": ["East Timor"],
    "VN": ["Viet Nam"],
}
# Too small for 1:50m, so taken from the 1:10m file of the same package.
FROM_10M = ("GI", "TV", "UM")
# A ring wholly beyond this latitude is the seam at the pole that the package's stitching left behind.
POLE_SEAM_DEG = 89.99


def member(archive, name):
    return json.load(tarfile.open(archive).extractfile(f"package/{name}"))


def require_version(archive, name, version):
    package = member(archive, "package.json")
    if (package["name"], package["version"]) != (name, version):
        sys.exit(f"{archive}: expected {name} {version}, found {package['name']} {package['version']}")


class Atlas:
    """One TopoJSON file: rings by feature, as degrees."""

    def __init__(self, topology):
        self.scale = topology["transform"]["scale"]
        self.origin = topology["transform"]["translate"]
        self.features = topology["objects"]["countries"]["geometries"]
        self.arcs = []
        for arc in topology["arcs"]:
            x = y = 0
            points = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                points.append((x * self.scale[0] + self.origin[0], y * self.scale[1] + self.origin[1]))
            self.arcs.append(points)

    def polygons(self, feature):
        parts = feature["arcs"] if feature["type"] == "MultiPolygon" else [feature["arcs"]]
        for part in parts:
            rings = [self.ring(arcs) for arcs in part]
            rings = [ring for ring in rings if not all(abs(lat) > POLE_SEAM_DEG for _, lat in ring)]
            yield [continuous(ring) for ring in rings]

    def ring(self, arcs):
        points = []
        for arc in arcs:
            line = self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]
            points += line if not points else line[1:]
        return points


def continuous(ring):
    """A ring whose longitudes do not jump; closed along a pole when it goes around one."""
    shift = 0.0
    points = [ring[0]]
    for (before, _), (lon, lat) in zip(ring, ring[1:]):
        if lon - before > 180:
            shift -= 360
        elif lon - before < -180:
            shift += 360
        points.append((lon + shift, lat))
    if shift == 0:
        return points[:-1]
    pole = 90.0 if sum(lat for _, lat in points) > 0 else -90.0
    # Cut the loop where it passes the antimeridian, so that it spans -180..180.
    west = min(range(len(points) - 1), key=lambda i: (points[i][0] + 180) % 360)
    loop = points[:-1]
    loop = loop[west:] + [(lon + shift, lat) for lon, lat in loop[:west]]
    base = round((loop[0][0] + 180) / 360) * 360
    loop = [(lon - base, lat) for lon, lat in loop]
    end = loop[0][0] + shift
    return loop + [(end, loop[0][1]), (end, pole), (loop[0][0], pole)]


def varint(value):
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def signed(value):
    return varint((value << 1) ^ (value >> 63))


def text(value):
    data = value.encode()
    return varint(len(data)) + data


def plain(name):
    """Without accents, as people without the keys for them type it."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def normal(name):
    """As grid::region::countries::normal does it."""
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return " ".join(words)


def main():
    atlas_file, iso_file = sys.argv[1:]
    require_version(atlas_file, "world-atlas", WORLD_ATLAS)
    require_version(iso_file, "i18n-iso-countries", ISO_COUNTRIES)
    atlas = Atlas(member(atlas_file, "countries-50m.json"))
    fine = Atlas(member(atlas_file, "countries-10m.json"))
    codes = {numeric: (a2, a3) for a2, a3, numeric, *_ in member(iso_file, "codes.json")}
    numeric_of = {a2: numeric for numeric, (a2, _) in codes.items()}
    english = member(iso_file, "langs/en.json")["countries"]

    features = [(atlas, feature) for feature in atlas.features]
    for feature in fine.features:
        if codes.get(feature.get("id"), ("", ""))[0] in FROM_10M:
            features.append((fine, feature))

    countries = {}
    for source, feature in features:
        numeric, atlas_name = feature.get("id"), feature["properties"]["name"]
        alpha2, alpha3 = codes.get(numeric, ("", ""))
        # Natural Earth leaves Kosovo without a code; the XK of the name list is user-assigned.
        if atlas_name == "Kosovo":
            alpha2, alpha3 = "XK", "XKX"
        entry = countries.setdefault(
            alpha2 or atlas_name, {"alpha2": alpha2, "alpha3": alpha3, "atlas": [], "polygons": []}
        )
        entry["atlas"].append(atlas_name)
        entry["polygons"] += source.polygons(feature)
    # A code without an outline is still known, so that the tool can say why it has none.
    for numeric, (alpha2, alpha3) in codes.items():
        countries.setdefault(alpha2, {"alpha2": alpha2, "alpha3": alpha3, "atlas": [], "polygons": []})

    atlas_names = {normal(name): key for key, entry in countries.items() for name in entry["atlas"]}
    for key, entry in countries.items():
        names = english.get(entry["alpha2"], [])
        names = [names] if isinstance(names, str) else names
        same = {normal(name): name for name in names}
        # "Congo" is listed for both of the two, and Natural Earth's name for one.
        shortest = min((n for n in names if atlas_names.get(normal(n), key) == key), key=len, default="")
        own = entry["atlas"][0] if entry["atlas"] else ""
        if key in RENAMED:
            display = RENAMED[key]
        elif own and "." not in own or not shortest:
            display = same.get(normal(own), own)
        else:
            display = shortest
        entry["name"] = display
        entry["names"] = [*names, *entry["atlas"], *MORE_NAMES.get(key, [])]
        entry["names"] += [plain(name) for name in [display, *entry["names"]]]
    claimed = {normal(entry["name"]): key for key, entry in countries.items()}
    for key, entry in countries.items():
        keep = {}
        for name in entry["names"]:
            if claimed.setdefault(normal(name), key) == key and normal(name) != normal(entry["name"]):
                keep.setdefault(normal(name), name)
        entry["names"] = list(keep.values())

    scale, origin = atlas.scale, atlas.origin
    out = bytearray(b"HXC1" + struct.pack("<4d", *origin, *scale) + varint(len(countries)))
    points = 0
    for entry in sorted(countries.values(), key=lambda entry: normal(entry["name"])):
        polygons = []
        for polygon in entry["polygons"]:
            rings = []
            for ring in polygon:
                grid = []
                for point in ring:
                    step = tuple(round((v - o) / s) for v, o, s in zip(point, origin, scale))
                    if not grid or grid[-1] != step:
                        grid.append(step)
                if len(grid) > 2:
                    rings.append(grid)
                elif ring is polygon[0]:
                    break
            if rings:
                polygons.append(rings)
        if entry["polygons"] and not polygons:
            sys.exit(f"{entry['name']}: nothing left of its outline")
        out += text(entry["alpha2"]) + text(entry["alpha3"]) + text(entry["name"])
        out += varint(len(entry["names"])) + b"".join(map(text, entry["names"]))
        out += varint(len(polygons))
        for polygon in polygons:
            out += varint(len(polygon))
            for ring in polygon:
                out += varint(len(ring))
                x = y = 0
                for to_x, to_y in ring:
                    out += signed(to_x - x) + signed(to_y - y)
                    x, y = to_x, to_y
                points += len(ring)
        if not polygons:
            print(f"no outline: {entry['alpha2']} {entry['name']}")
        elif not entry["alpha2"]:
            print(f"no ISO code: {entry['name']}")
    TARGET.write_bytes(out)
    print(f"{TARGET.name}: {len(out)} bytes, {len(countries)} countries, {points} points")


if __name__ == "__main__":
    main()
