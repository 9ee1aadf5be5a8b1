#!/usr/bin/env python3
"""Reads what `cargo llvm-cov report --json` wrote and prints the lines, functions and regions of src/ that tests run,
by file and by room; with `lines`, the lines that no test runs instead. Called by scripts/test_coverage.sh.

Modules of tests do not count, nor do lines of nothing but closing brackets: what is not run on `)?;` is the way out of
the call that stands above it. A function that is compiled several times counts once, and is run where any of its copies
is. Code that runs only in the compiler (`const fn`) is told as not run.
"""

import json
import pathlib
import re
import sys
from collections import defaultdict


class Source:
    """A file: where its module of tests begins, and which lines hold nothing but closing brackets."""

    def __init__(self, path):
        lines = path.read_text().splitlines()
        tests = (at for at, line in enumerate(lines, 1) if line == "#[cfg(test)]")
        self.end = next(tests, len(lines) + 1)
        self.closing = {at for at, line in enumerate(lines, 1) if re.fullmatch(r"[\s)}\];,?]*", line)}

    def counts(self, line):
        return line < self.end and line not in self.closing


def line_counts(segments):
    """How often each line with code was run, as `llvm-cov show` counts: [line, column, count, counted, entry, gap]."""
    by_line = defaultdict(list)
    for segment in segments:
        by_line[segment[0]].append(segment)
    counts, wrapped = {}, None
    for line in range(min(by_line, default=1), max(by_line, default=0) + 1):
        here = by_line.get(line, [])
        entries = [s for s in here if s[3] and s[4] and not s[5]]
        skipped = bool(here) and not here[0][3] and here[0][4]
        if not skipped and ((wrapped and wrapped[3]) or entries):
            counts[line] = max([wrapped[2] if wrapped else 0] + [s[2] for s in entries])
        if here:
            wrapped = here[-1]
    return counts


def ranges(lines, code):
    """Lines as `3-7 9`: what stands between two of them without code of its own is passed over."""
    parts = []
    for line in lines:
        if parts and not any(at in code for at in range(parts[-1][1] + 1, line)):
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    data = json.load(open(sys.argv[1]))["data"][0]
    sources = {}
    for file in data["files"]:
        path = pathlib.Path(file["filename"])
        if path.is_relative_to(root / "src") and path.name != "tests.rs":
            sources[file["filename"]] = Source(path)
    functions, regions = defaultdict(bool), defaultdict(bool)
    for function in data["functions"]:
        for at, region in enumerate(function["regions"]):
            name = function["filenames"][region[5]]
            # Kind 0 is code; the others are gaps, expansions of macros and branches.
            if name not in sources or region[0] >= sources[name].end or region[7] != 0:
                continue
            place = (name, *region[:4])
            regions[place] |= region[4] > 0
            if at == 0:
                functions[place] |= function["count"] > 0

    table, missed = defaultdict(lambda: [0] * 6), {}
    for file in data["files"]:
        name = file["filename"]
        if name not in sources:
            continue
        counts = {at: n for at, n in line_counts(file["segments"]).items() if sources[name].counts(at)}
        table[name][0] = len(counts)
        missed[name] = [line for line, n in counts.items() if n == 0]
        table[name][1] = len(missed[name])
        if sys.argv[2:] == ["lines"] and missed[name]:
            print(f"{pathlib.Path(name).relative_to(root)}: {ranges(missed[name], counts)}")
    for at, kind in ((2, functions), (4, regions)):
        for (name, *_), run in kind.items():
            table[name][at] += 1
            table[name][at + 1] += not run
    if sys.argv[2:] == ["lines"]:
        return

    rooms, total = defaultdict(lambda: [0] * 6), [0] * 6
    files = {}
    for name, row in table.items():
        short = pathlib.Path(name).relative_to(root / "src")
        files[str(short)] = row
        rooms[short.parts[0].removesuffix(".rs")] = [a + b for a, b in zip(rooms[short.parts[0].removesuffix(".rs")], row)]
        total = [a + b for a, b in zip(total, row)]
    print(f"{'':36} {'lines':>7} {'not run':>7} {'run':>7}  {'functions run':>13}  {'regions run':>11}")
    for title, part in (("by file", files), ("by room", rooms), ("all", {"src": total})):
        print(f"\n{title}")
        for name, row in sorted(part.items()):
            share = [f"{100 * (1 - row[at + 1] / row[at]):.2f} %" if row[at] else "-" for at in (0, 2, 4)]
            print(f"{name:36} {row[0]:7} {row[1]:7} {share[0]:>9}  {share[1]:>11}  {share[2]:>11}")


main()
