#!/usr/bin/env python3
"""Makes the reference values in tests/data/oracles with programs that share nothing with hexsky.

    python -m pip install sgp4==2.27 numpy==2.4.6 scipy==1.17.1 pyerfa==2.0.1.5 h3==4.5.0
    python scripts/oracles.py

Positions are those of Vallado's SGP4 (sgp4), turned by the GMST of SOFA (pyerfa) with UT1 = UTC and no polar motion.
Places come from pyerfa's ellipsoid, cells from Uber's H3 (h3), edges from Brent's method (scipy) between samples of ten
seconds and the extrema between them, dilutions from an inverse by numpy.
"""

import csv
import itertools
import math
import pathlib

import erfa
import h3
import numpy as np
from scipy.optimize import brentq, minimize_scalar
from sgp4.api import WGS72, Satrec

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/data/oracles"
# The element sets are half a day old at the start of the window, 2026-01-01T00:00:00Z.
START_JD, EPOCH_JD = 2461041.5, 2461041.0
EPOCH = "2025-12-31T12:00:00Z"
STEP_S = 10.0
EARTH_RADIUS_KM, MU = 6378.137, 398600.8
COLUMNS = (
    "inclination_deg,raan_deg,eccentricity,argument_of_perigee_deg,mean_anomaly_deg,mean_motion_rev_day,bstar"
).split(",")


def motion(perigee_km, eccentricity=0.0):
    """Revolutions a day by Kepler's law: what SGP4 makes of it is its own."""
    a_km = (EARTH_RADIUS_KM + perigee_km) / (1 - eccentricity)
    return round(86400 / math.tau * math.sqrt(MU / a_km**3), 8)


def sets():
    """Satellites by set: name, then COLUMNS."""
    random = np.random.default_rng(20260101)
    low = []
    for number, inclination in enumerate([0.0, 28.5, 45.0, 53.0, 63.4, 74.0, 80.0, 90.0, 97.6, 98.2, 120.0, 144.0]):
        eccentricity = [0.0, 0.001, 0.02, 0.06][number % 4]
        perigee = [350, 500, 550, 780, 1000, 1414][number % 6]
        angles = [round(float(angle), 4) for angle in random.uniform(0, 360, 3)]
        bstar = [0.0, 1e-4, 5e-4][number % 3]
        low.append((f"LOW {number + 1:02}", inclination, angles[0], eccentricity, angles[1], angles[2],
                    motion(perigee, eccentricity), bstar))
    day = 1.00273791
    high = [
        ("MOLNIYA 1", 63.4, 30.0, 0.72, 270.0, 10.0, 2 * day, 0.0),
        ("MOLNIYA 2", 63.4, 150.0, 0.68, 280.0, 200.0, 2 * day, 0.0),
        ("TRANSFER", 27.0, 200.0, 0.73, 178.0, 90.0, 2.27, 1e-4),
        ("GEO 1", 0.05, 80.0, 0.0002, 20.0, 300.0, day, 0.0),
        ("GEO 2", 6.0, 10.0, 0.0004, 120.0, 45.0, day, 0.0),
        ("IGSO 1", 55.0, 100.0, 0.003, 200.0, 0.0, day, 0.0),
        ("IGSO 2", 55.0, 220.0, 0.075, 270.0, 120.0, day, 0.0),
    ]
    middle = [
        (f"MIDDLE {plane + 1}-{slot + 1}", 55.0, 120.0 * plane, 0.0, 0.0, (45.0 * slot + 15.0 * plane) % 360.0,
         motion(21528.0), 0.0)
        for plane, slot in itertools.product(range(3), range(8))
    ]
    return {"low": low, "high": high, "middle": middle}


class Satellite:
    """One satellite, Earth-fixed."""

    def __init__(self, row):
        self.name, inclination, raan, eccentricity, perigee, anomaly, motion_rev_day, bstar = row
        self.model = Satrec()
        angles = [math.radians(angle) for angle in (perigee, inclination, anomaly, raan)]
        self.model.sgp4init(WGS72, "i", 1, EPOCH_JD - 2433281.5, bstar, 0.0, 0.0, eccentricity, angles[0], angles[1],
                            angles[2], motion_rev_day * math.tau / 1440.0, angles[3])

    def positions(self, seconds):
        """Kilometres at seconds after the window's start, [time][axis]."""
        seconds = np.atleast_1d(np.asarray(seconds, dtype=float))
        days = np.full(seconds.shape, START_JD)
        fractions = seconds / 86400.0
        errors, teme, _ = self.model.sgp4_array(days, fractions)
        assert not errors.any(), self.name
        angle = erfa.gmst82(days, fractions)
        cos, sin = np.cos(angle), np.sin(angle)
        x, y, z = teme.T
        return np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)


class Site:
    """A place on the ellipsoid WGS-84."""

    def __init__(self, latitude_deg, longitude_deg, height_m=0.0):
        lat, lon = math.radians(latitude_deg), math.radians(longitude_deg)
        self.position = np.array(erfa.gd2gc(1, lon, lat, height_m)) / 1000.0
        self.east = np.array([-math.sin(lon), math.cos(lon), 0.0])
        self.up = np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])
        self.north = np.cross(self.up, self.east)

    def lines(self, positions):
        """Unit vectors to the satellites."""
        line = positions - self.position
        return line / np.linalg.norm(line, axis=-1, keepdims=True)

    def sines(self, positions):
        """Sines of the elevations."""
        return self.lines(positions) @ self.up


def windows(satellite, site, samples, times, mask_deg):
    """Intervals above the mask: start, end, greatest elevation."""
    least = math.sin(math.radians(mask_deg))

    def above(second):
        return float(site.sines(satellite.positions(second))[0]) - least

    values = site.sines(samples) - least
    nodes = list(zip(times, values))
    # A pass or a dip between two samples shows in an extremum of the sines; only near the mask can it matter.
    inner = values[1:-1]
    peaks = (inner >= values[:-2]) & (inner >= values[2:]) & (inner < 0) & (inner > -0.02)
    dips = (inner <= values[:-2]) & (inner <= values[2:]) & (inner > 0) & (inner < 0.02)
    for index, sign in [(i + 1, -1) for i in np.flatnonzero(peaks)] + [(i + 1, 1) for i in np.flatnonzero(dips)]:
        found = minimize_scalar(lambda second: sign * above(second), method="bounded",
                                bounds=(times[index - 1], times[index + 1]), options={"xatol": 1e-6})
        if (sign * found.fun > 0) != (values[index] > 0):
            nodes.append((found.x, sign * found.fun))
    nodes.sort()
    edges = []
    for (t0, v0), (t1, v1) in itertools.pairwise(nodes):
        if (v0 >= 0) != (v1 >= 0):
            edges.append(brentq(above, t0, t1, xtol=1e-7, rtol=1e-14))
    if nodes[0][1] >= 0:
        edges.insert(0, times[0])
    if nodes[-1][1] >= 0:
        edges.append(times[-1])
    return list(zip(edges[::2], edges[1::2]))


def greatest(satellite, site, aos, los):
    """Greatest elevation between two instants, degrees."""
    times = np.linspace(aos, los, max(3, int((los - aos) / 5.0) + 2))
    sines = site.sines(satellite.positions(times))
    best = int(np.argmax(sines))
    low, high = times[max(best - 1, 0)], times[min(best + 1, len(times) - 1)]
    found = minimize_scalar(lambda second: -float(site.sines(satellite.positions(second))[0]), method="bounded",
                            bounds=(low, high), options={"xatol": 1e-6})
    return math.degrees(math.asin(min(1.0, max(-found.fun, float(sines.max())))))


def write(name, header, rows):
    with open(OUT / name, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def contacts(fleets):
    sites = [("equator", 0.5, 10.0, 0.0, 0.0), ("mountain", 19.82, -155.47, 4200.0, 10.0),
             ("south", -54.8, -68.3, 30.0, 5.0), ("north", 78.23, 15.39, 450.0, 5.0), ("pole", -90.0, 0.0, 2800.0, 0.0),
             ("desert", 24.1, 102.7, 1900.0, 25.0), ("steep", 48.1, 11.6, 520.0, 60.0)]
    duration_s = 43200.0
    times = np.arange(0.0, duration_s + STEP_S / 2, STEP_S)
    rows = []
    for group in ("low", "high"):
        for satellite in fleets[group]:
            samples = satellite.positions(times)
            for name, latitude, longitude, height, mask in sites:
                site = Site(latitude, longitude, height)
                for aos, los in windows(satellite, site, samples, times, mask):
                    rows.append((group, satellite.name, name, latitude, longitude, height, mask, f"{aos:.6f}",
                                 f"{los:.6f}", f"{greatest(satellite, site, aos, los):.7f}"))
    header = "set,satellite,site,lat_deg,lon_deg,height_m,mask_deg,aos_s,los_s,max_elevation_deg".split(",")
    write("contacts.csv", header, rows)


def folds(intervals, count, duration_s):
    """Times with at least `count` of the intervals, joined."""
    events = sorted([(start, 1) for one in intervals for start, _ in one] + [(end, -1) for one in intervals for _, end in one],
                    key=lambda event: (event[0], -event[1]))
    number, begun, joined = 0, None, []
    for second, change in events:
        number += change
        if number >= count and begun is None:
            begun = second
        elif number < count and begun is not None:
            joined.append((begun, second))
            begun = None
    assert begun is None or begun == duration_s
    return joined


def coverage(fleets):
    cases = [("low", 1, 10.0, 21600.0), ("high", 0, 20.0, 43200.0)]
    rows = []
    for group, resolution, mask, duration_s in cases:
        times = np.arange(0.0, duration_s + STEP_S / 2, STEP_S)
        samples = [satellite.positions(times) for satellite in fleets[group]]
        cells = sorted(h3.get_res0_cells() if resolution == 0 else
                       itertools.chain.from_iterable(h3.cell_to_children(cell, resolution) for cell in h3.get_res0_cells()))
        for cell in cells:
            site = Site(*h3.cell_to_latlng(cell))
            intervals = [windows(satellite, site, sample, times, mask)
                         for satellite, sample in zip(fleets[group], samples)]
            in_view_s = sum(end - start for one in intervals for start, end in one)
            percents = [100 * sum(end - start for start, end in folds(intervals, count, duration_s)) / duration_s
                        for count in (1, 2, 3)]
            covered = folds(intervals, 1, duration_s)
            borders = [0.0] + [second for one in covered for second in one] + [duration_s]
            gaps = [end - start for start, end in zip(borders[::2], borders[1::2]) if end > start]
            rows.append((group, cell, mask, duration_s, *(f"{percent:.7f}" for percent in percents),
                         f"{in_view_s / duration_s:.8f}", len(covered), len(gaps), f"{max(gaps, default=0.0):.5f}",
                         f"{sum(gap**2 for gap in gaps) / 2 / duration_s:.5f}"))
    header = ("set,cell,mask_deg,duration_s,percent_1,percent_2,percent_3,mean_in_view,accesses,gaps,max_gap_s,"
              "mean_response_s").split(",")
    write("coverage.csv", header, rows)


def dilution(fleets):
    satellites = fleets["middle"] + fleets["high"][3:]
    places = [(0.0, 0.0, 0.0), (39.9, 116.4, 50.0), (-33.9, 18.4, 10.0), (64.1, -21.9, 60.0), (89.0, 45.0, 0.0),
              (-77.8, 166.7, 30.0), (-12.0, -77.0, 150.0), (21.3, -157.9, 5.0)]
    rows = []
    for second, (latitude, longitude, height), mask in itertools.product(
            (0.0, 5000.0, 12345.0, 40000.0), places, (5.0, 15.0)):
        site = Site(latitude, longitude, height)
        lines = np.array([site.lines(satellite.positions(second)[0]) for satellite in satellites])
        seen = lines[lines @ site.up >= math.sin(math.radians(mask))]
        design = np.column_stack([seen @ site.east, seen @ site.north, seen @ site.up, np.ones(len(seen))])
        q = np.diag(np.linalg.inv(design.T @ design))
        dops = [math.sqrt(value) for value in (q.sum(), q[:3].sum(), q[0] + q[1], q[2], q[3])]
        rows.append((second, latitude, longitude, height, mask, len(seen), *(f"{dop:.10f}" for dop in dops)))
    write("dilution.csv", "second,lat_deg,lon_deg,height_m,mask_deg,in_view,gdop,pdop,hdop,vdop,tdop".split(","), rows)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    groups = sets()
    write("satellites.csv", ["set", "name", "epoch", *COLUMNS],
          [(group, row[0], EPOCH, *row[1:]) for group, rows in groups.items() for row in rows])
    fleets = {group: [Satellite(row) for row in rows] for group, rows in groups.items()}
    dilution(fleets)
    contacts(fleets)
    coverage(fleets)


if __name__ == "__main__":
    main()
