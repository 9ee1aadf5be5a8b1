#!/usr/bin/env python3
"""Makes the cases in tests/data/assignment with the linear-programming solver HiGHS as the oracle.

    python -m pip install highspy==1.16.0
    python scripts/assignment_oracle.py

Cases are drawn with a fixed seed. Each is one line of JSON: demand of cells, limits of satellites, the edges
between them by cell, and the optimum of HiGHS. There are three kinds:

  flow   amounts only; the optimum of the linear program is the maximum flow
  beams  satellites and cells have beams, each edge its own rate of a beam; clusters of cells share beams
  links  loads go on over links between satellites to gateways, whose antennas the optimum gives out; `used` are the
         numbers of the views that have one then
"""

import json
import pathlib
import random

import highspy

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/data/assignment"


class Program:
    """Maximises the sum of the first columns under rows of upper limits and balances."""

    def __init__(self):
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", 0.1)
        self.rows = []
        self.columns = 0

    def column(self, gain, upper=highspy.kHighsInf, whole=False):
        self.highs.addVar(0.0, upper)
        self.highs.changeColCost(self.columns, -gain)
        if whole:
            self.highs.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def at_most(self, terms, limit):
        self._row(terms, -highspy.kHighsInf, limit)

    def equal(self, terms, value):
        self._row(terms, value, value)

    def _row(self, terms, low, high):
        if terms:
            self.highs.addRow(low, high, len(terms), [c for c, _ in terms], [float(f) for _, f in terms])

    def optimum(self):
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return -self.highs.getInfo().objective_function_value


def edges_of(sees):
    return [(cell, satellite) for cell, seen in enumerate(sees) for satellite in seen]


def rows(program, case):
    """The columns of the edges with the rows of demand and limits."""
    edges = edges_of(case["sees"])
    columns = [program.column(1.0) for _ in edges]
    for cell, demand in enumerate(case["demand"]):
        program.at_most([(columns[e], 1) for e, (c, _) in enumerate(edges) if c == cell], demand)
    for satellite, limit in enumerate(case["limit"]):
        program.at_most([(columns[e], 1) for e, (_, s) in enumerate(edges) if s == satellite], limit)
    return edges, columns


def places(rng, cells, satellites, reach):
    """Cells and satellites on a strip; each cell sees the satellites within reach."""
    at = [rng.random() for _ in range(satellites)]
    sees = []
    for _ in range(cells):
        here = rng.random()
        sees.append([s for s, there in enumerate(at) if abs(there - here) < reach])
    return sees


def flow(rng):
    cells, satellites = rng.randint(20, 220), rng.randint(4, 50)
    demand = [int(rng.paretovariate(1.1) * 40) for _ in range(cells)]
    mean = sum(demand) / satellites
    case = {
        "kind": "flow",
        "demand": demand,
        "limit": [int(mean * rng.uniform(0.2, 1.8) * rng.choice([0.6, 1.0])) for _ in range(satellites)],
        "sees": places(rng, cells, satellites, rng.uniform(0.02, 0.3)),
    }
    program = Program()
    rows(program, case)
    case["optimum"] = program.optimum()
    return case


def beams(rng):
    cells, satellites = rng.randint(20, 150), rng.randint(4, 25)
    case = {
        "kind": "beams",
        "demand": [int(rng.paretovariate(1.1) * 100) for _ in range(cells)],
        "limit": [rng.randint(800, 6000) for _ in range(satellites)],
        "sees": places(rng, cells, satellites, rng.uniform(0.05, 0.3)),
        "beams_of_satellite": [rng.randint(1, 8) for _ in range(satellites)],
        "beams_of_cell": [rng.choice([1, 1, 2, 4]) for _ in range(cells)],
    }
    case["rate"] = [rng.choice([200, 330, 480, 599, 675, 810, 990]) for _ in edges_of(case["sees"])]
    # Neighbouring cells, a few of which lie in two clusters.
    width = rng.randint(3, 8)
    clusters = [list(range(first, min(first + width, cells))) for first in range(0, cells, max(1, width - 1))]
    case["clusters"] = clusters
    case["beams_of_cluster"] = [rng.choice([2, 3, 5]) for _ in clusters]
    program = Program()
    edges, columns = rows(program, case)
    beam = [1.0 / rate for rate in case["rate"]]
    for satellite, limit in enumerate(case["beams_of_satellite"]):
        program.at_most([(columns[e], beam[e]) for e, (_, s) in enumerate(edges) if s == satellite], limit)
    for cell, limit in enumerate(case["beams_of_cell"]):
        program.at_most([(columns[e], beam[e]) for e, (c, _) in enumerate(edges) if c == cell], limit)
    for members, limit in zip(clusters, case["beams_of_cluster"]):
        program.at_most([(columns[e], beam[e]) for e, (c, _) in enumerate(edges) if c in members], limit)
    case["optimum"] = program.optimum()
    return case


def links(rng):
    case = flow(rng)
    satellites = len(case["limit"])
    gateways = rng.randint(1, 4)
    mean = sum(case["demand"]) / satellites
    case["kind"] = "links"
    case["links"] = [[s, (s + 1) % satellites, int(mean * rng.uniform(0.2, 1.5))] for s in range(satellites)]
    case["gateways"] = gateways
    case["antennas"] = rng.randint(1, 3)
    case["antennas_of"] = [rng.randint(1, 2) for _ in range(satellites)]
    views = sorted({(rng.randrange(gateways), rng.randrange(satellites)) for _ in range(satellites)})
    case["views"] = [[g, s, int(mean * rng.uniform(0.3, 2.0))] for g, s in views]
    program = Program()
    edges, columns = rows(program, case)
    balance = [[(columns[e], -1) for e, (_, s) in enumerate(edges) if s == satellite] for satellite in range(satellites)]
    for a, b, rate in case["links"]:
        for one, other in ((a, b), (b, a)):
            column = program.column(0.0, rate)
            balance[one].append((column, 1))
            balance[other].append((column, -1))
    # An antenna of a satellite and one of a gateway are at one view or at none.
    at_satellite, at_gateway, chosen = [[] for _ in range(satellites)], [[] for _ in range(gateways)], []
    for gateway, satellite, rate in case["views"]:
        column, used = program.column(0.0, rate), program.column(0.0, 1.0, whole=True)
        program.at_most([(column, 1), (used, -rate)], 0)
        balance[satellite].append((column, 1))
        at_satellite[satellite].append((used, 1))
        at_gateway[gateway].append((used, 1))
        chosen.append(used)
    for satellite, terms in enumerate(balance):
        program.equal(terms, 0)
        program.at_most(at_satellite[satellite], case["antennas_of"][satellite])
    for terms in at_gateway:
        program.at_most(terms, case["antennas"])
    case["optimum"] = program.optimum()
    values = program.highs.getSolution().col_value
    case["used"] = [view for view, column in enumerate(chosen) if values[column] > 0.5]
    return case


def main():
    rng = random.Random(618)
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / "cases.jsonl", "w") as file:
        for make in (flow, beams, links):
            for _ in range(24):
                case = make(rng)
                file.write(json.dumps(case, separators=(",", ":")) + "\n")
    print((OUT / "cases.jsonl").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
