#!/usr/bin/env python3
"""Makes the test vectors in tests/data/attenuation with the independent implementation itur 0.4.0.

    python -m pip install itur==0.4.0
    python scripts/attenuation_vectors.py

Places are drawn evenly over the globe with a fixed seed. Each row of slant_paths.csv carries the site
parameters itur took from its full maps, so that a test can hold the models alone, or the maps as well.
"""

import csv
import pathlib
import warnings

import itur
import numpy as np
from itur.models import itu453, itu618, itu676, itu836, itu837, itu838, itu839, itu840, itu1510

itu840.change_version(8)
warnings.simplefilter("ignore")
OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/data/attenuation"


def write(name, rows):
    with open(OUT / name, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: v if isinstance(v, str) else repr(float(f"{v:.10g}")) for k, v in row.items()})
    print(name, len(rows))


def value(quantity):
    return float(np.squeeze(getattr(quantity, "value", quantity)))


def slant_paths(rng, count):
    rows = []
    for _ in range(count):
        lat = float(np.degrees(np.arcsin(rng.uniform(-1, 1))))
        lon = float(rng.uniform(-180, 180))
        row = {
            "lat_deg": round(lat, 4), "lon_deg": round(lon, 4),
            "station_height_km": round(float(rng.choice([0, rng.uniform(0, 0.5), rng.uniform(0, 3)])), 4),
            "freq_ghz": round(float(rng.uniform(1.6, 47)), 3),
            "elevation_deg": round(float(rng.uniform(5, 90)), 3),
            "antenna_d_m": round(float(rng.uniform(0.3, 5)), 2),
            "efficiency": round(float(rng.uniform(0.45, 0.75)), 2),
            "tau_deg": float(rng.choice([0, 45, 90, 20])),
            "p_percent": float(rng.choice([0.001, 0.01, 0.03, 0.1, 0.5, 1, 2.5, 5])),
        }
        lat, lon, hs = row["lat_deg"], row["lon_deg"], row["station_height_km"]
        f, el, p = row["freq_ghz"], row["elevation_deg"], row["p_percent"]
        pg = max(1, p)
        row |= {
            "r001_mm_h": value(itu837.rainfall_rate(lat, lon, 0.01)),
            "rain_height_km": value(itu839.rain_height(lat, lon)),
            "temp_k": value(itu1510.surface_mean_temperature(lat, lon)),
            "rho_g_m3": value(itu836.surface_water_vapour_density(lat, lon, pg, hs)),
            "v_t_kg_m2": value(itu836.total_water_vapour_content(lat, lon, pg, hs)),
            "lred_kg_m2": value(itu840.columnar_content_reduced_liquid(lat, lon, pg)),
            "n_wet": value(itu453.map_wet_term_radio_refractivity(lat, lon, 50)),
        }
        parts = itur.atmospheric_attenuation_slant_path(
            lat, lon, f, el, p, row["antenna_d_m"], hs=hs, eta=row["efficiency"], tau=row["tau_deg"],
            return_contributions=True)
        names = ["gas_db", "cloud_db", "rain_db", "scintillation_db", "total_db"]
        row |= dict(zip(names, map(value, parts)))
        if not all(np.isfinite(v) for v in row.values()):
            continue
        rows.append(row)
    return rows


def gas(rng):
    rows = []
    for f in [1.6, 5, 12, 19.3, 20.6, 22.235, 28, 37.5, 47, 60, 83, 118.75, 183.31, 325, 900]:
        P, T, rho = round(rng.uniform(600, 1020), 2), round(rng.uniform(250, 305), 2), round(rng.uniform(0.5, 25), 3)
        rows.append({"freq_ghz": f, "pressure_hpa": P, "temp_k": T, "rho_g_m3": rho,
                     "gamma_o_db_km": value(itu676.gamma0_exact(f, P, rho, T)),
                     "gamma_w_db_km": value(itu676.gammaw_exact(f, P, rho, T))})
    return rows


def rain(rng):
    rows = []
    for f in [1, 1.6, 4, 7.5, 11.7, 14.25, 19.7, 28, 29.5, 37.5, 47, 80, 300]:
        R, el, tau = round(rng.uniform(1, 150), 2), round(rng.uniform(5, 90), 2), float(rng.choice([0, 30, 45, 90]))
        k, alpha = itu838.rain_specific_attenuation_coefficients(f, el, tau)
        rows.append({"freq_ghz": f, "elevation_deg": el, "tau_deg": tau, "rain_rate_mm_h": R, "k": value(k),
                     "alpha": value(alpha), "gamma_r_db_km": value(itu838.rain_specific_attenuation(R, f, el, tau))})
    return rows


def xpd(rng):
    rows = []
    for f in [4, 5, 6.2, 8.9, 9, 14, 19.9, 20, 30, 36, 39, 41, 55]:
        el, A, tau = round(rng.uniform(5, 60), 2), round(rng.uniform(0.2, 40), 3), float(rng.choice([0, 20, 45, 90]))
        p = float(rng.choice([0.001, 0.01, 0.1, 1, 0.03]))
        rows.append({"freq_ghz": f, "elevation_deg": el, "tau_deg": tau, "p_percent": p, "rain_db": A,
                     "xpd_db": value(itu618.rain_cross_polarization_discrimination(A, f, el, p, tau))})
    return rows


def precipitation(rng):
    """Monthly climate at places where it rains, with what P.837-7 and P.618-13 make of it."""
    rows = []
    model = itu837.__dict__["__model"].instance
    for lat, lon in [(47.37, 8.54), (1.35, 103.82), (-33.87, 151.21), (64.15, -21.94), (19.43, -99.13), (-3.1, -60.0)]:
        row = {"lat_deg": lat, "lon_deg": lon}
        at = (np.array([[lat]]), np.array([[lon % 360]]))
        row |= {f"rain_mm_{m:02d}": value(model.Mt(*at, m)) for m in range(1, 13)}
        row |= {f"temp_k_{m:02d}": value(itu1510.surface_month_mean_temperature(lat, lon, m)) for m in range(1, 13)}
        el = round(float(rng.uniform(10, 80)), 2)
        length = round(float(rng.uniform(3, 12)), 3)
        row |= {"p0_percent": value(itu837.rainfall_probability(lat, lon)),
                "r01_mm_h": value(itu837.rainfall_rate(lat, lon, 0.1)),
                "r1_mm_h": value(itu837.rainfall_rate(lat, lon, 1)),
                "elevation_deg": el, "slant_path_km": length}
        row["p_rain_percent"] = value(itu618.rain_attenuation_probability(
            lat, lon, el, 0.0, length, row["p0_percent"] / 100))
        rows.append(row)
    return rows


def main():
    rng = np.random.default_rng(618)
    OUT.mkdir(parents=True, exist_ok=True)
    write("slant_paths.csv", slant_paths(rng, 48))
    write("specific_gas.csv", gas(rng))
    write("specific_rain.csv", rain(rng))
    write("cross_polar.csv", xpd(rng))
    write("precipitation.csv", precipitation(rng))


if __name__ == "__main__":
    main()
