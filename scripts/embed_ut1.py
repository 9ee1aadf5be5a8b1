#!/usr/bin/env python3
"""Makes src/frames/ut1_utc.bin from the PyPI package astropy-iers-data.

    pip install astropy-iers-data==0.2026.11.2.0.34.55
    python3 scripts/embed_ut1.py

The package (BSD-3-Clause) carries two files of the International Earth Rotation and Reference Systems Service:
EOP 20 C04, the long-term series of the IERS centre at the Paris Observatory, and finals2000A.all of the IERS
rapid service at the U.S. Naval Observatory, with a year of predictions. C04 is taken from 1972-01-01, when UTC
got its leap seconds, to its end, and finals2000A from there on. Of both only UT1 - UTC is kept.

The file is: "HXU1" | first day | last day that was measured (both as MJD) | number of days | the values at 0h
UTC in units of 10 microseconds: the first, the first difference, then second differences. Counts are LEB128
varints, values the same after zigzag. A leap second is a difference of 1 s like any other.
"""

from importlib.metadata import version
from pathlib import Path

import astropy_iers_data

PACKAGE = "0.2026.11.2.0.34.55"
TARGET = Path(__file__).resolve().parent.parent / "src/frames/ut1_utc.bin"
FIRST_DAY = 41317  # 1972-01-01


def of_c04(path):
    """UT1 - UTC in seconds by day of EOP C04."""
    values = {}
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        fields = line.split()
        values[round(float(fields[4]))] = float(fields[7])
    return values


def of_finals(path):
    """UT1 - UTC in seconds by day of finals2000A, and the last day that is no prediction."""
    values, measured = {}, 0
    for line in path.read_text().splitlines():
        day, flag, text = round(float(line[7:15])), line[57:58], line[58:68].strip()
        if text:
            values[day] = float(text)
            if flag == "I":
                measured = day
    return values, measured


def number(value):
    packed = bytearray()
    while value >= 0x80:
        packed.append(value & 0x7F | 0x80)
        value >>= 7
    packed.append(value)
    return bytes(packed)


def signed(value):
    return number(value << 1 if value >= 0 else (-value << 1) - 1)


def main():
    assert version("astropy-iers-data") == PACKAGE, f"made for astropy-iers-data {PACKAGE}"
    c04 = of_c04(Path(astropy_iers_data.IERS_B_FILE))
    finals, measured = of_finals(Path(astropy_iers_data.IERS_A_FILE))
    seam = max(c04)
    apart = max(abs(c04[day] - finals[day]) for day in range(seam - 365, seam + 1))
    days = range(FIRST_DAY, max(finals) + 1)
    values = [round(1e5 * (c04[day] if day <= seam else finals[day])) for day in days]
    packed = b"HXU1" + number(FIRST_DAY) + number(measured) + number(len(values))
    before, slope = 0, 0
    for place, value in enumerate(values):
        packed += signed(value - before - slope)
        before, slope = value, value - before if place > 0 else 0
    TARGET.write_bytes(packed)
    print(f"{len(values)} days from MJD {days[0]} to {days[-1]}, measured to {measured}, {len(packed)} bytes")
    print(f"C04 to MJD {seam}; in its last year finals2000A is within {1e6 * apart:.0f} microseconds of it")


if __name__ == "__main__":
    main()
