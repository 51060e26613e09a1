"""What is measured, and the tools that do it: wrk for throughput, open_loop for latency, psql for changes."""
import contextlib
import json
import pathlib
import re
import subprocess

from site_under_test import LOAD_CORE, on_core

CONNECTIONS = 32
CHANGES_PER_SECOND = 200
WARM_UP_SECONDS = 2  # of open_loop
HERE = pathlib.Path(__file__).parent


class Load:
    def __init__(self, site, seconds):
        self.site, self.seconds = site, seconds

    def throughput(self, addresses):
        """Requests a second that the server answers when the next follows every answer at once, and its CPU for each."""
        before = self.site.cpu_seconds()
        figures = self._json(
            "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{self.seconds}s", "-s", HERE / "requests.lua",
            f"http://127.0.0.1:{self.site.port}", "--", addresses)
        return figures | {"cpu": (self.site.cpu_seconds() - before) * 1e6 / (figures["rate"] * self.seconds)}

    def latency(self, rate):
        """Microseconds from when a request falls due, at a rate that does not wait for answers."""
        return self._json(self.site.open_loop, self.site.port, rate, self.seconds, CONNECTIONS, self.site.search_addresses)

    @contextlib.contextmanager
    def changes(self):
        """Changes rows of random doctors while it lasts; then says how many were committed and how many the index took."""
        seconds, counted = self.seconds + WARM_UP_SECONDS, {}
        before = self._changes_seen()
        source = subprocess.Popen(
            on_core(LOAD_CORE, HERE / "changes", CHANGES_PER_SECOND, seconds, self.site.doctors), stdout=subprocess.PIPE)
        psql = self.site.psql(stdin=source.stdout, stdout=subprocess.PIPE, text=True)
        try:
            yield counted
            said, _ = psql.communicate(timeout=30)
        finally:
            source.kill()
            psql.kill()
        counted["committed"] = len(re.findall(r"^UPDATE [1-9]", said, re.MULTILINE)) / seconds
        counted["seen"] = (self._changes_seen() - before) / seconds

    def _changes_seen(self):
        found = re.search(r"^search_feed_changes_total (\d+)", self.site.get("/metrics").decode(), re.MULTILINE)
        return int(found[1]) if found else 0

    def _json(self, *command):
        done = subprocess.run(on_core(LOAD_CORE, *command), check=True, timeout=self.seconds + 60, text=True,
                              stdout=subprocess.PIPE)
        return json.loads(done.stdout.strip().splitlines()[-1])
