"""measure COUNT FILES | report COUNT FILES RESULTS | scaling FILES RESULTS COUNT ..."""
import json
import subprocess
import sys
from pathlib import Path

from peers import catalogue, plot, report

ENGINES = ["numpy_scan", "tantivy_search", "lucene", "redisearch", "sqlite_fts", "postgres"]
ENGINE_SECONDS = 5_400  # far above what any takes at a million doctors: a hung engine is left out


def table(files, kind, count):
    return files / "peers" / f"{kind}-{count}.tsv"


def result(files, engine, count):
    return files / "peers" / f"{engine}-{count}.json"


def measure(count, files):
    """One engine after the other, each in a process of its own. One that fails is missing from the report."""
    files = Path(files)
    doctors, queries, log = table(files, "doctors", count), table(files, "queries", count), files / f"queries-{count}.jsonl"
    catalogue.prepare(files / f"doctors-{count}.jsonl", log, doctors, queries)
    for engine in ENGINES:
        target = result(files, engine, count)
        target.unlink(missing_ok=True)
        work = files / "peers" / "work"
        arguments = ["lucene", doctors, queries] if engine == "lucene" else ["measure", engine, doctors, log]
        command = ["timeout", str(ENGINE_SECONDS), sys.executable, "-m", f"peers.{arguments[0]}", *arguments[1:], target, work]
        print(f"{engine}, {count} doctors", file=sys.stderr, flush=True)
        try:
            subprocess.run(command, check=True)
        except subprocess.CalledProcessError as error:
            print(f"peers: {engine} is left out: {error}", file=sys.stderr)


def write_report(count, files, results):
    files, results = Path(files), Path(results)
    measured = [path for engine in ["ours", *ENGINES] if (path := result(files, engine, count)).exists()]
    figures, ratios = report.write(int(count), table(files, "doctors", count), files / f"queries-{count}.jsonl", measured,
                                   results / f"peers-{count}.md")
    plot.peers(int(count), figures, ratios, results / f"peers-{count}.svg")


def scaling(files, results, *counts):
    ours = {int(count): json.loads(result(Path(files), "ours", count).read_text())["classes"] for count in counts}
    plot.scaling(ours, Path(results) / "scaling.svg")


if __name__ == "__main__":
    {"measure": measure, "report": write_report, "scaling": scaling}[sys.argv[1]](*sys.argv[2:])
