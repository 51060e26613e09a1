"""The figures as a small table in results/."""
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from measuring import CHANGES_PER_SECOND, CONNECTIONS


def output(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60).stdout


def machine():
    model = next(line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                 if line.startswith("model name"))
    return f"{os.cpu_count()} cores of {model}, Linux {platform.release()}; server on core 0, load and PostgreSQL on core 1"


def median(rounds, name):
    return statistics.median(round[name] for round in rounds)


def latency_row(name, rounds):
    cells = [f"{median(rounds, 'rate'):.0f}"] + [f"{median(rounds, key) / 1000:.2f}" for key in ("p50", "p99", "p999", "max")]
    return f"| {name} | " + " | ".join(cells) + " |"


def write_report(checkout, arguments, figures, site):
    search, fixed = median(figures["search"], "rate"), median(figures["fixed"], "rate")
    swift = output("swift", "--version").split("\n")[0]
    commit = output("git", "-C", str(checkout), "describe", "--always", "--dirty").strip()
    quiet, changing = median(figures["quiet"], "p99"), median(figures["changing"], "p99")
    spread = [round["rate"] for round in figures["search"]]
    lines = [
        f"# GET /v1/doctors over loopback, {arguments.doctors} doctors",
        "",
        f"- {datetime.date.today()}, commit {commit}, load average {os.getloadavg()[1]:.1f}",
        f"- {machine()}",
        f"- {swift}; {output('wrk', '-v').splitlines()[0]}",
        f"- `Benchmarks/HTTP/run {' '.join(sys.argv[1:])}`".replace(" `", "`"),
        f"- {arguments.rounds} rounds of {arguments.seconds} s, kinds in turn; medians of the rounds",
        "",
        f"| {CONNECTIONS} keep-alive connections | requests/s | bytes an answer |",
        "|---|---|---|",
        f"| mixed searches (rounds {min(spread):.0f} to {max(spread):.0f}) | {search:.0f} | {median(figures['search'], 'bytes'):.0f} |",
        f"| fixed body of {site.fixed_bytes} bytes (`/assets/site-….js`) | {fixed:.0f} | {median(figures['fixed'], 'bytes'):.0f} |",
        f"| ratio | {search / fixed:.2f} | |",
        "",
        "| searches at half that rate, ms from when due | requests/s | p50 | p99 | p99.9 | max |",
        "|---|---|---|---|---|---|",
        latency_row("nothing changes", figures["quiet"]),
        latency_row(f"{CHANGES_PER_SECOND} changes/s by SQL", figures["changing"]),
        "",
        f"p99 with changes is {changing / quiet:.2f} times that without. Committed: {median(figures['changes'], 'committed'):.0f}",
        f"changes/s; the index took {median(figures['changes'], 'seen'):.0f} changed doctors/s.",
        "",
    ]
    text = "\n".join(lines)
    results = checkout / "Benchmarks" / "HTTP" / "results"
    results.mkdir(exist_ok=True)
    (results / f"http-{arguments.doctors}.md").write_text(text)
    return text
