"""The server that is measured, with a database of its own that is filled once and kept under .local/."""
import os
import pathlib
import re
import subprocess
import time
import urllib.request

SERVER_CORE, LOAD_CORE = "0", "1"


def on_core(core, *command):
    return ["taskset", "-c", core, *map(str, command)]


class Site:
    """Everything started is ended on leaving, each process by its own number."""

    def __init__(self, checkout, doctors):
        self.checkout, self.doctors = checkout, doctors
        self.files = checkout / ".local" / "benchmarks"
        self.cluster = checkout / ".local" / f"benchmark-postgres-{doctors}"
        self.binary = checkout / ".build" / "release" / "ratethedoctor"
        self.fixed_addresses = self.files / "http-fixed.txt"
        self.search_addresses = self.files / f"http-addresses-{doctors}.txt"
        self.open_loop = self.files / "open_loop"

    def __enter__(self):
        self.files.mkdir(parents=True, exist_ok=True)
        here = pathlib.Path(__file__).parent
        self._run("swift", "build", "-c", "release", "--product", "ratethedoctor")
        self._run("clang", "-O2", "-Wall", "-o", self.open_loop, here / "open_loop.c", "-lm")
        self._run(*on_core(LOAD_CORE, "tools/postgres", "start", self.cluster))
        try:
            self._fill()
            self._start_server()
        except BaseException:
            self._stop_database()
            raise
        return self

    def __exit__(self, *_):
        self.server.terminate()
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.server.kill()
        self._stop_database()

    def psql(self, *arguments, **options):
        """A psql on the benchmark's database, as arguments for Popen."""
        host = re.search(r"host=([^&]+)", self.database_url)[1]
        command = ["psql", "-X", "-h", host, "-U", "postgres", "-d", "ratethedoctor", *arguments]
        return subprocess.Popen(on_core(LOAD_CORE, *command), **options)

    @property
    def database_url(self):
        return self._output("tools/postgres", "url", self.cluster)

    def _run(self, *command):
        subprocess.run(list(map(str, command)), cwd=self.checkout, env=self._environment, check=True, timeout=3600,
                       stdout=subprocess.DEVNULL)

    def _output(self, *command):
        return subprocess.run(list(map(str, command)), cwd=self.checkout, check=True, timeout=60, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def _fill(self):
        self._environment = os.environ | {
            "RTD_DATABASE_URL": self.database_url, "RTD_PORT": "0", "RTD_DATA_DIRECTORY": str(self.checkout / "Data"),
            "RTD_INDEX_DIRECTORY": str(self.files / f"index-{self.doctors}"), "RTD_SECRET": "0123456789abcdef" * 4,
            "RTD_CLIENT_LIMITS": "off"}
        doctors, queries = self.files / f"http-doctors-{self.doctors}.jsonl", self.files / f"http-queries-{self.doctors}.jsonl"
        if not doctors.exists():
            self._run("tools/generate-doctors", "doctors", "--count", self.doctors, "--seed", 7, "--out", doctors)
        if not queries.exists():
            self._run("tools/generate-doctors", "queries", "--doctors", doctors, "--count", 3600, "--seed", 7, "--now",
                      int(time.time()) // 60, "--out", queries)
        self.search_addresses.write_text(self._output("Benchmarks/HTTP/addresses", queries) + "\n")
        self._run(self.binary, "migrate")
        count = self._output("tools/postgres", "psql", self.cluster, "-Atc", "SELECT count(*) FROM doctors")
        if int(count) != self.doctors:
            self._run(self.binary, "seed", "--without-sample-doctors")
            self._run(self.binary, "import", doctors)
            self._run("tools/postgres", "psql", self.cluster, "-qc", "VACUUM ANALYZE")

    _environment = dict(os.environ)

    def _start_server(self):
        log = (self.files / "http-server.log").open("w")
        self.server = subprocess.Popen(on_core(SERVER_CORE, self.binary, "serve"), env=self._environment, text=True,
                                       stdout=subprocess.PIPE, stderr=log)
        address = self.server.stdout.readline().split()[-1]
        self.port = int(address.rsplit(":", 1)[1])
        for _ in range(3_000):
            try:
                self.get("/readyz")
                break
            except OSError:
                time.sleep(0.2)
        page = self.get("/").decode()
        fixed = re.search(r'/assets/site-[0-9a-f]+\.js', page)[0]
        self.fixed_bytes = len(self.get(fixed))
        self.fixed_addresses.write_text(fixed + "\n")

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def cpu_seconds(self):
        """What the server has used so far, in user and kernel mode."""
        fields = pathlib.Path(f"/proc/{self.server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _stop_database(self):
        self._run("tools/postgres", "stop", self.cluster)
