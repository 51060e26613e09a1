"""PostgreSQL: GIN on tsvector and on tags, PostGIS with GiST nearest neighbours; a private cluster on a Unix socket, prepared statements
through libpq."""
import atexit
import subprocess
from itertools import count
from pathlib import Path
from shutil import rmtree

import psycopg

from peers.catalogue import read_doctors
from peers.edits import deletions, within_one_edit

TOOL = Path(__file__).resolve().parents[3] / "tools" / "postgres"
SETTINGS = {"shared_buffers": "4GB", "work_mem": "256MB", "maintenance_work_mem": "1GB", "effective_cache_size": "8GB", "jit": "off",
            "max_parallel_workers_per_gather": "0", "max_parallel_maintenance_workers": "0", "random_page_cost": "1.1",
            "autovacuum": "off", "fsync": "off", "synchronous_commit": "off", "max_wal_size": "8GB"}
# A doctor's specialties with place and sort keys of their own, so that one GiST index serves "this specialty, nearest first".
SCHEMA = """
CREATE EXTENSION postgis; CREATE EXTENSION intarray; CREATE EXTENSION btree_gist;
CREATE TABLE doctor (id integer, place geography(Point, 4326), rating float8, reviews integer, fee integer, free integer,
  telehealth boolean, tags integer[], specialties integer[], identity tsvector, body tsvector);
CREATE TABLE near_term (stem text COLLATE "C", term text COLLATE "C");
"""
INDEXES = """
CREATE TABLE doctor_specialty AS SELECT specialty, id, place, rating, free FROM doctor, unnest(specialties) AS specialty;
ALTER TABLE doctor ADD PRIMARY KEY (id);
CREATE INDEX ON doctor USING gin (identity);
CREATE INDEX ON doctor USING gin (body);
CREATE INDEX ON doctor USING gin (tags gin__int_ops);
CREATE INDEX ON doctor USING gist (place);
CREATE INDEX ON doctor_specialty USING gist (specialty, place);
CREATE INDEX ON near_term (stem) INCLUDE (term);
"""
BLEND = ("0.5 * greatest(0, 1 - ST_Distance(place, {point}, false) / {metres}) + 0.3 * coalesce((rating - 1) / 4, 0)"
         " + 0.2 * CASE WHEN free IS NULL THEN 0 ELSE greatest(0, 1 - greatest(0, free - {now}) / 43200::float8) END")
RATING_BUCKET = "(rating >= 2)::int + (rating >= 3)::int + (rating >= 4)::int + (rating >= 4.5)::int"


def run_tool(command, folder):
    return subprocess.run([TOOL, command, folder], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Parameters:
    """Values of a statement under construction: `add` gives the placeholder."""

    def __init__(self):
        self.values = []

    def add(self, value, kind):
        self.values.append(str(value).encode())
        return f"${len(self.values)}::{kind}"


class Peer:
    name = "postgres"

    def __init__(self, doctors_table, folder):
        self.folder = Path(folder) / "postgres"
        self.tags, self.statements = {}, {}
        self._stop()  # what a killed run may have left
        atexit.register(self._stop)
        run_tool("start", self.folder)
        with self._connection() as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        run_tool("stop", self.folder)
        run_tool("start", self.folder)
        self.connection = self._connection()
        self.server_pid = self.connection.info.backend_pid
        self.documents = self._load(doctors_table)
        self.connection.execute("CHECKPOINT")
        self.version = self._value("current_setting('server_version') || ', PostGIS ' || postgis_lib_version()")
        self.index_bytes = sum(self._value(f"pg_total_relation_size('{table}')") for table in ("doctor", "doctor_specialty", "near_term"))
        self.specialties = {number: value for (kind, value), number in self.tags.items() if kind == "specialty"}

    def _connection(self):
        return psycopg.connect(run_tool("url", self.folder), autocommit=True)

    def _value(self, expression):
        return self.connection.execute(f"SELECT {expression}").fetchone()[0]

    def _stop(self):
        run_tool("stop", self.folder)
        rmtree(self.folder, ignore_errors=True)

    def _load(self, doctors_table):
        self.connection.execute(SCHEMA)
        numbers, documents = count(1), 0

        def tag(*key):
            return self.tags.setdefault(key, next(numbers))

        with self.connection.cursor() as cursor, cursor.copy("COPY doctor FROM STDIN") as copy:
            for doctor in read_doctors(doctors_table):
                specialties = [tag("specialty", one) for one in doctor.specialties]
                tags = specialties + [tag("scheme", one) for one in doctor.schemes] + [tag("language", one) for one in doctor.languages]
                place = None if doctor.lat is None else f"SRID=4326;POINT({doctor.lon} {doctor.lat})"
                copy.write_row((doctor.id, place, doctor.rating, doctor.reviews, doctor.fee_cents, doctor.next_available, doctor.telehealth,
                                tags, specialties, vector(doctor.identity), vector(doctor.body)))
                documents += 1
        terms = [term for term, in self.connection.execute("SELECT word FROM ts_stat('SELECT identity FROM doctor')")]
        with self.connection.cursor() as cursor, cursor.copy("COPY near_term FROM STDIN") as copy:
            for term in terms:
                for stem in deletions(term):
                    copy.write_row((stem, term))
        self.connection.execute(INDEXES)
        for table in ("doctor", "doctor_specialty", "near_term"):
            self.connection.execute(f"VACUUM (ANALYZE) {table}")
        return documents

    def prepare(self, query):
        return query, None if query.get("expand") == "typo" else self._statement(query)

    def _statement(self, query):
        """SQL and values."""
        parameters = Parameters()
        source, order = self._from_where(query, parameters), self._order(query, parameters)
        limit = parameters.add(query["limit"], "int")
        if query["sort"] == "distance" and "radius_km" not in query:
            # The index gives rows by distance alone; ties are sorted after it.
            nearest = f"SELECT id, {order} AS metres FROM {source} ORDER BY {order} FETCH FIRST ({limit}) ROWS WITH TIES"
            return f"SELECT id FROM ({nearest}) AS near ORDER BY metres, id LIMIT {limit}", parameters.values
        if "facets" not in query:
            return f"SELECT id FROM {source} ORDER BY {order}, id LIMIT {limit}", parameters.values
        return (f"WITH found AS MATERIALIZED (SELECT id, specialties, rating, {order.removesuffix(' DESC')} AS rank FROM {source})"
                f" (SELECT 0 AS kind, id AS value, 0 AS number FROM found ORDER BY rank DESC, id LIMIT {limit})"
                " UNION ALL SELECT 1, specialty, count(*) FROM found, unnest(specialties) AS specialty GROUP BY specialty"
                f" UNION ALL SELECT 2, {RATING_BUCKET}, count(*) FROM found WHERE rating IS NOT NULL GROUP BY 2"), parameters.values

    def _from_where(self, query, parameters):
        where = []
        tags = [(name, query[name]) for name in ("specialty", "scheme", "language") if name in query]
        by_specialty = not query["words"] and [name for name, _ in tags] == ["specialty"]
        if query["words"]:
            where.append(f"{query['fields']} @@ {parameters.add(self._tsquery(query), 'tsquery')}")
        if by_specialty:
            where.append(f"specialty = {parameters.add(self.tags.get(tags[0], 0), 'int')}")
        elif tags:
            where.append(f"tags @> {parameters.add(array([self.tags.get(tag, 0) for tag in tags]), 'int[]')}")
        if "radius_km" in query:
            metres = parameters.add(query["radius_km"] * 1000, "float8")
            where.append(f"ST_DWithin(place, {self._point(query, parameters)}, {metres}, false)")
        for name, comparison, kind in (("min_rating", "rating >=", "float8"), ("max_fee_cents", "fee <=", "int"),
                                       ("available_before", "free <", "int"), ("telehealth", "telehealth =", "boolean")):
            if name in query:
                where.append(f"{comparison} {parameters.add(query[name], kind)}")
        return f"{'doctor_specialty' if by_specialty else 'doctor'} WHERE {' AND '.join(where)}"

    @staticmethod
    def _point(query, parameters):
        lat, lon = query["near"]
        return f"ST_MakePoint({parameters.add(lon, 'float8')}, {parameters.add(lat, 'float8')})::geography"

    def _order(self, query, parameters):
        if query["sort"] == "text":
            return f"ts_rank({query['fields']}, {parameters.add(self._tsquery(query), 'tsquery')}) DESC"
        if query["sort"] == "distance":
            return f"place <-> {self._point(query, parameters)}"
        if query["sort"] == "soonest":
            return "free"
        return BLEND.format(point=self._point(query, parameters), metres=parameters.add(query["radius_km"] * 1000, "float8"),
                            now=parameters.add(query["now"], "int")) + " DESC"

    def _tsquery(self, query):
        last = len(query["words"]) - 1
        words = []
        for index, word in enumerate(query["words"]):
            if query["expand"] == "typo" and len(word) >= 4:
                words.append(f"({' | '.join(self._near(word)) or 'nothingatall'})")
            else:
                words.append(word + ":*" * (query["expand"] == "prefix" and index == last))
        return (" & " if query["match"] == "all" else " | ").join(words)

    def _near(self, word):
        rows = self._rows("SELECT DISTINCT term FROM near_term WHERE stem = ANY ($1::text[])", [array(deletions(word)).encode()])
        return [term for term in (row[0].decode() for row in rows) if within_one_edit(word, term)]

    def _rows(self, sql, values):
        name = self.statements.get(sql)
        if name is None:
            name = self.statements[sql] = f"s{len(self.statements)}".encode()
            self._checked(self.connection.pgconn.prepare(name, sql.encode()))
        result = self._checked(self.connection.pgconn.exec_prepared(name, values))
        return [[result.get_value(row, column) for column in range(result.nfields)] for row in range(result.ntuples)]

    @staticmethod
    def _checked(result):
        if result.status not in (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK):
            raise RuntimeError(result.error_message.decode())
        return result

    def answer(self, prepared):
        query, statement = prepared
        rows = self._rows(*(statement or self._statement(query)))
        if "facets" not in query:
            return [int(id) for id, in rows], None
        rows = [[int(cell) for cell in row] for row in rows]
        ratings = {bucket: number for kind, bucket, number in rows if kind == 2}
        return [id for kind, id, _ in rows if kind == 0], {
            "specialty_facet": {self.specialties[tag]: number for kind, tag, number in rows if kind == 1},
            "rating_facet": [ratings.get(bucket, 0) for bucket in range(5)]}

    def count(self, query):
        parameters = Parameters()
        return int(self._rows(f"SELECT count(*) FROM {self._from_where(query, parameters)}", parameters.values)[0][0])


def array(values):
    return "{" + ",".join(map(str, values)) + "}"


def vector(text):
    """A tsvector with positions, which is how it keeps frequencies; it cannot hold positions beyond 16 383."""
    places = {}
    for place, word in enumerate(text.split(), 1):
        places.setdefault(word, []).append(str(min(place, 16_383)))
    return " ".join(f"{word}:{','.join(found)}" for word, found in places.items())
