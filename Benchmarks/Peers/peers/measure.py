"""Builds a peer, asks it every query of the log on one thread, and writes what the replay format's report asks for."""
import gc
import importlib
import json
import signal
import sys
from math import ceil
from os import getloadavg
from statistics import median
from time import clock_gettime_ns, perf_counter, perf_counter_ns, thread_time_ns

from peers.catalogue import read_queries

ROUNDS = 3
SLOW_PASS_SECONDS = 30  # a class whose warm-up takes longer is measured in one round only


def percentile(times, share):
    """By nearest rank."""
    return sorted(times)[max(ceil(share * len(times)), 1) - 1]


def figures(rounds):
    """Percentiles within a round, medians over the rounds; microseconds."""
    return {name: median(percentile(times, share) for times in rounds) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))} | {
        "mean": median(sum(times) / len(times) for times in rounds)}


def process_clock(pid):
    """The number of the kernel's clock of another process's CPU time, clock_getcpuclockid(3)."""
    return (~pid << 3) | 2


def timed(peer, prepared):
    """Wall and CPU microseconds; the CPU time is this thread's, and the server's where there is one."""
    server = peer.server_pid and process_clock(peer.server_pid)
    wall, cpu = perf_counter_ns(), thread_time_ns() + (clock_gettime_ns(server) if server else 0)
    peer.answer(prepared)
    cpu = thread_time_ns() + (clock_gettime_ns(server) if server else 0) - cpu
    return (perf_counter_ns() - wall) / 1000, cpu / 1000


def class_figures(name, rounds):
    """`rounds` holds for each round the (wall, CPU) of each query."""
    wall, cpu = ([[time[kind] for time in times] for times in rounds] for kind in (0, 1))
    return {"class": name, "queries": len(rounds[0]), "rounds": len(rounds), "wall_microseconds": figures(wall),
            "cpu_microseconds": figures(cpu)}


def measure_class(peer, queries):
    """Queries are put into the peer's own objects beforehand: what the peer's Python binding needs for that is not held against it."""
    prepared = [peer.prepare(query) for query in queries]
    start = perf_counter()
    answers = [peer.answer(one) for one in prepared]
    rounds = ROUNDS if perf_counter() - start < SLOW_PASS_SECONDS else 1
    gc.collect()
    gc.disable()
    times = [[timed(peer, one) for one in prepared] for _ in range(rounds)]
    gc.enable()
    return answers, times


def measure(peer, queries):
    classes, results = [], {}
    for name in dict.fromkeys(query["class"] for query in queries):
        asked = [query for query in queries if query["class"] == name]
        answers, times = measure_class(peer, asked)
        classes.append(class_figures(name, times))
        for query, (ids, facets) in zip(asked, answers):
            results[query["id"]] = {"id": query["id"], "class": name, "count": peer.count(query), "ids": ids} | (facets or {})
        wall = classes[-1]["wall_microseconds"]
        print(f"{peer.name:12} {name:20} p50 {wall['p50']:10.1f}  p99 {wall['p99']:10.1f} us", file=sys.stderr, flush=True)
    return classes, [results[query["id"]] for query in queries]


def main(module, doctors_table, queries_file, target, folder):
    peer_type = importlib.import_module(f"peers.{module}").Peer
    # A peer that runs a server ends it at exit, also when the time limit ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    start = perf_counter()
    peer = peer_type(doctors_table, folder)
    build = {"version": peer.version, "build_seconds": perf_counter() - start, "documents": peer.documents,
             "index_bytes": peer.index_bytes}
    classes, results = measure(peer, read_queries(queries_file))
    build["load"] = round(getloadavg()[0], 1)
    with open(target, "w", encoding="utf-8") as file:
        json.dump({"engine": peer.name, "build": build, "classes": classes, "queries": results}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
