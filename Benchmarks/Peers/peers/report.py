"""The table: every class and engine, ours against the best peer, what was checked, what building and storing cost."""
import json
import os
import platform
from datetime import date
from pathlib import Path

from peers.catalogue import read_doctors, read_queries
from peers.columns import Columns
from peers.compare import differences

OURS = "ours"
ALLOWED_SHARE, ALLOWED_SIZE = 0.02, 0.01  # a circle's edge may move a doctor: in few queries, by few counts


def load(results):
    """Results by engine, ours first."""
    found = {}
    for path in results:
        result = json.loads(Path(path).read_text())
        found[result.get("engine", OURS)] = result
    return dict(sorted(found.items(), key=lambda item: item[0] != OURS))


def is_equal(row):
    return not row["ids"] and not row["facets"] and row["count"] <= ALLOWED_SHARE * row["queries"] and row["largest"] <= ALLOWED_SIZE


def times(results, clock):
    """Figures by class and engine, in microseconds; the replay's line for all classes is left out."""
    found = {}
    for engine, result in results.items():
        for row in result["classes"]:
            if row["class"] != "all":
                found.setdefault(row["class"], {})[engine] = row[f"{clock}_microseconds"]
    return found


def best_peers(figures, checks, percentile):
    """By class, the fastest peer whose answers are equal."""
    found = {}
    for name, engines in figures.items():
        equal = {engine: figure[percentile] for engine, figure in engines.items() if engine != OURS and is_equal(checks[engine][name])}
        found[name] = min(equal, key=equal.get, default=None)
    return found


def milliseconds(microseconds):
    return f"{microseconds / 1000:.3g}" if microseconds < 1e6 else f"{microseconds / 1000:.0f}"


def table(header, rows):
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [header, ["---"] + ["---:"] * (len(header) - 1), *rows])


def times_table(figures, checks, engines):
    rows = []
    for name, found in figures.items():
        cells = []
        for engine in engines:
            figure = found[engine]
            mark = "" if engine == OURS or is_equal(checks[engine][name]) else " ≠"
            cells.append(f"{milliseconds(figure['p50'])} / {milliseconds(figure['p99'])}{mark}")
        rows.append([name, *cells])
    return table(["class", *engines], rows)


def ratios(figures, checks):
    """By class: (best peer, best / ours) for p50 and for p99."""
    best = {percentile: best_peers(figures, checks, percentile) for percentile in ("p50", "p99")}
    return {name: {percentile: (peers[name], found[peers[name]][percentile] / found[OURS][percentile])
                   for percentile, peers in best.items() if peers[name]} for name, found in figures.items() if OURS in found}


def ratio_table(found):
    """One row a class; for either clock and percentile the best peer and how many times ours it takes."""
    columns = [(clock, percentile) for clock in found for percentile in ("p50", "p99")]
    rows = []
    for name in found["wall"]:
        peers = [found[clock][name].get(percentile) for clock, percentile in columns]
        rows.append([name, *(f"{ratio:.2f} ({peer})" for peer, ratio in filter(None, peers))])
    return table(["class", *(f"{clock} {percentile}" for clock, percentile in columns)], rows)


def build_table(results):
    builds = {engine: result["build"] for engine, result in results.items()}
    rows = [[engine, build["version"], f"{build['build_seconds']:.1f}", f"{build['index_bytes'] / build['documents']:.0f}",
             build.get("load", "")]
            for engine, build in builds.items()]
    return table(["engine", "version", "build s", "index bytes a doctor", "load after"], rows)


def checks_table(checks):
    rows = []
    for engine, classes in checks.items():
        for name, row in classes.items():
            if row["count"] or row["facets"] or row["ids"]:
                rows.append([f"{engine}, {name}", row["count"], f"{100 * row['largest']:.2f} %", row["facets"], row["ids"],
                             "as equal" if is_equal(row) else "not as a peer"])
    head = ["engine, class", "counts differ", "by at most", "facets differ", "ids differ", "counted"]
    return table(head, rows) if rows else "Every count, every facet and, where the order is total, every id is the same."


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def write(count, doctors_table, queries_file, results, target):
    """Writes the table; returns the wall times and their ratios for the plot."""
    results = load(results)
    queries = read_queries(queries_file)
    columns = Columns(list(read_doctors(doctors_table)))
    reference = next(iter(results.values())) if OURS in results else results["numpy"]
    checks = {engine: differences(result["queries"], reference["queries"], queries, columns) for engine, result in results.items()}
    wall, cpu = times(results, "wall"), times(results, "cpu")
    engines = list(results)
    found = {"wall": ratios(wall, checks), "CPU": ratios(cpu, checks)}
    parts = [f"# Peers: {count:,} doctors".replace(",", " "),
             f"{date.today()}, {processor()}, {os.cpu_count()} cores,"
             f" Python {platform.python_version()}. {len(queries)} queries, one thread,"
             " percentiles within a round, median of the rounds after a warm-up.",
             "## Wall time in milliseconds, p50 / p99", times_table(wall, checks, engines)]
    if OURS in results:
        parts += ["## Ours against the best peer", "Best peer's time divided by ours: above 1 ours is faster.", ratio_table(found)]
    parts += ["## CPU time in milliseconds, p50 / p99",
              "Of the measuring thread, and with it of the server for redisearch and postgres. Other work on the machine disturbs it less.",
              times_table(cpu, checks, engines)]
    parts += ["## What differs from " + ("ours" if OURS in results else "numpy, the oracle"), checks_table(checks),
              "## Building and size", build_table(results)]
    Path(target).write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return wall, found["wall"]
