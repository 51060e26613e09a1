"""A cluster, a database and servers of a test's own.

RTD_BINARY names the program (default .build/debug/ratethedoctor of this checkout).
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("RTD_BINARY", CHECKOUT / ".build/debug/ratethedoctor")
PATIENCE_SECONDS = 30  # a debug build on a busy machine; how fast changes arrive is printed, not asserted


def run(*arguments, **options):
    return subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True, text=True, **options).stdout


class Installation:
    """A cluster, a seeded database of three doctors, and a server on a free port; `settings` of the environment are added."""

    def __init__(self, settings=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rtd-operations-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.cluster = self.folder / "cluster"
        self.postgres("start")
        self.environment = os.environ | {
            "RTD_DATABASE_URL": self.postgres("url").strip(), "RTD_DATA_DIRECTORY": str(CHECKOUT / "Data"),
            "RTD_INDEX_DIRECTORY": str(self.folder / "index"), "RTD_PORT": "0", "RTD_SECRET": "ab" * 32,
            "RTD_FIELD_KEYS": "1:" + "cd" * 32, "RTD_CODES_TO_CONSOLE": "true", "RTD_CLIENT_LIMITS": "off", "RTD_PASSWORD_COST": "10"} | (settings or {})
        self.command("migrate")
        self.command("seed", "--without-sample-doctors")
        catalogue = self.folder / "doctors.jsonl"
        catalogue.write_text("".join(json.dumps({
            "id": f"d{number}", "name": f"Dr {name}", "specialties": ["dermatology"], "practice": f"{name} Rooms", "suburb": "Sandton",
            "city": "Johannesburg", "province": "Gauteng", "lat": -26.107, "lon": 28.05 + number / 1000, "fee_cents": 60_000 + number,
        }) + "\n" for number, name in enumerate(["Mokoena", "Naidoo", "Botha"])))
        self.command("import", catalogue)
        self.server = None
        self.start_server()

    def postgres(self, action, *arguments):
        return run(CHECKOUT / "tools/postgres", action, self.cluster, *arguments)

    def command(self, *arguments):
        return run(BINARY, *arguments, env=self.environment)

    def sql(self, statement):
        return run(CHECKOUT / "tools/postgres", "psql", self.cluster, "-qAtc", statement).strip()

    def start_server(self):
        with open(self.folder / "server.log", "ab") as log:
            self.server = subprocess.Popen([str(BINARY), "serve"], env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = self.server.stdout.readline().strip().rpartition(" ")[2]
        self.eventually(lambda: self.get("/readyz")["status"] == "ready")

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return json.load(response)

    def names(self, query):
        return [doctor["name"] for doctor in self.get("/v1/doctors?" + query)["data"]]

    def eventually(self, condition):
        """Seconds until the condition held."""
        started = time.monotonic()
        while time.monotonic() - started < PATIENCE_SECONDS:
            try:
                if condition():
                    return time.monotonic() - started
            except OSError:
                pass
            time.sleep(0.01)
        raise AssertionError("did not come true in time; the server's log ends: " + self.log()[-2000:])

    def stop_server(self):
        self.end_server(signal.SIGTERM)

    def kill_server(self):
        self.end_server(signal.SIGKILL)

    def end_server(self, number):
        if self.server and self.server.poll() is None:
            self.server.send_signal(number)
            self.server.wait()
        if self.server:
            self.server.stdout.close()
        self.server = None

    def kill_postgresql(self):
        """Ends the server process like a power cut; its children follow."""
        postmaster = int((self.cluster / "data/postmaster.pid").read_text().split()[0])
        children = [int(child) for child in run("pgrep", "-P", postmaster).split()]
        os.kill(postmaster, signal.SIGKILL)
        for process in [postmaster, *children]:
            while pathlib.Path(f"/proc/{process}").exists():
                time.sleep(0.01)

    def another_server(self, name, **environment):
        """A second server of this database, with an index directory of its own."""
        other = Installation.__new__(Installation)
        other.folder, other.cluster = self.folder / name, self.cluster
        other.folder.mkdir()
        other.environment = self.environment | {"RTD_INDEX_DIRECTORY": str(other.folder / "index")} | environment
        other.start_server()
        return other

    def verify(self):
        """Has the servers compare every document with the database. Answers of all of them; fails when one differs."""
        answers = subprocess.run([str(BINARY), "reindex", "--verify", "--json"], env=self.environment, capture_output=True, text=True)
        if answers.returncode != 0:
            raise AssertionError(f"verification failed: {answers.stdout} {answers.stderr} {self.log()[-2000:]}")
        return json.loads(answers.stdout)

    def log(self):
        return (self.folder / "server.log").read_text()

    def close(self):
        self.kill_server()
        self.postgres("stop")
        shutil.rmtree(self.folder, ignore_errors=True)
