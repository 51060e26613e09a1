"""SQLite: FTS5 without stored content, R*Tree for places, tags clustered by value; in memory, statements prepared by the module's cache."""
import sqlite3
from itertools import count
from math import cos, radians, sin

from peers.catalogue import read_doctors
from peers.columns import EARTH_METRES, box
from peers.edits import deletions, within_one_edit

FIRST_RING_KM, WIDEST_RING_KM = 5, 3_000
SCHEMA = """
CREATE TABLE doctor (id INTEGER PRIMARY KEY, x REAL, y REAL, z REAL, rating REAL, reviews INTEGER, fee INTEGER, free INTEGER,
  telehealth INTEGER);
CREATE TABLE tag (tag INTEGER, doctor INTEGER, PRIMARY KEY (tag, doctor)) WITHOUT ROWID;
CREATE TABLE specialty_of (doctor INTEGER, tag INTEGER, PRIMARY KEY (doctor, tag)) WITHOUT ROWID;
CREATE VIRTUAL TABLE place USING rtree (id, south, north, west, east);
CREATE VIRTUAL TABLE identity USING fts5 (words, content = '', detail = full, prefix = '2 3 4', tokenize = 'ascii');
CREATE VIRTUAL TABLE body USING fts5 (words, content = '', detail = full, tokenize = 'ascii');
CREATE VIRTUAL TABLE term USING fts5vocab (identity, row);
CREATE TABLE near_term (stem TEXT, term TEXT, PRIMARY KEY (stem, term)) WITHOUT ROWID;
"""
# Great-circle order without trigonometry for each row: the squared chord between unit vectors.
CHORD = "((x - :x) * (x - :x) + (y - :y) * (y - :y) + (z - :z) * (z - :z))"
METRES = f"({2 * EARTH_METRES} * asin(min(1.0, sqrt({CHORD}) / 2)))"
BLEND = (f"(0.5 * max(0, 1 - {METRES} / :metres) + 0.3 * ifnull((rating - 1) / 4, 0)"
         " + 0.2 * ifnull(max(0, 1 - max(0, free - :now) / 43200.0), 0))")
ORDER = {"distance": f"{CHORD}, d.id", "soonest": "free, d.id", "blend": f"{BLEND} DESC, d.id"}


def unit_vector(lat, lon):
    lat, lon = radians(lat), radians(lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


class Peer:
    name = "sqlite"
    version = sqlite3.sqlite_version
    server_pid = None

    def __init__(self, doctors_table, folder):
        self.database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        self.database.executescript("PRAGMA page_size = 8192;" + SCHEMA)
        self.tags, numbers = {}, count(1)
        self.database.execute("BEGIN")
        self.documents = 0
        tags = []
        for doctor in read_doctors(doctors_table):
            self._insert(doctor)
            tags += [(self.tags.setdefault(tag, next(numbers)), doctor.id) for tag in self._tags_of(doctor)]
            self.documents += 1
        self.database.executemany("INSERT INTO tag VALUES (?, ?)", sorted(tags))
        self.specialties = {number: value for (kind, value), number in self.tags.items() if kind == "specialty"}
        self.database.executemany("INSERT INTO specialty_of VALUES (?, ?)",
                                  sorted((id, tag) for tag, id in tags if tag in self.specialties))
        self._finish()
        self.database.execute("COMMIT")
        self.index_bytes = self._value("PRAGMA page_count") * self._value("PRAGMA page_size")

    @staticmethod
    def _tags_of(doctor):
        return [("specialty", one) for one in doctor.specialties] + [("scheme", one) for one in doctor.schemes] + [
            ("language", one) for one in doctor.languages]

    def _insert(self, doctor):
        placed = doctor.lat is not None
        vector = unit_vector(doctor.lat, doctor.lon) if placed else (None,) * 3
        self.database.execute("INSERT INTO doctor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (
            doctor.id, *vector, doctor.rating, doctor.reviews, doctor.fee_cents, doctor.next_available, doctor.telehealth))
        if placed:
            self.database.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?)", (doctor.id, doctor.lat, doctor.lat, doctor.lon, doctor.lon))
        self.database.execute("INSERT INTO identity (rowid, words) VALUES (?, ?)", (doctor.id, doctor.identity))
        self.database.execute("INSERT INTO body (rowid, words) VALUES (?, ?)", (doctor.id, doctor.body))

    def _finish(self):
        for table in ("identity", "body"):
            self.database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        terms = [term for term, in self.database.execute("SELECT term FROM term")]
        self.database.executemany("INSERT INTO near_term VALUES (?, ?)",
                                  sorted({(stem, term) for term in terms for stem in deletions(term)}))
        self.database.execute("ANALYZE")
        # The planner reads the statistics only when it opens the schema anew.
        self.database.execute("ANALYZE sqlite_schema")

    def _value(self, sql, parameters=()):
        return self.database.execute(sql, parameters).fetchone()[0]

    def prepare(self, query):
        return query, self._from_where(query), self._parameters(query)

    def _from_where(self, query):
        """What every statement of the query shares. The joins' order is fixed: words first, else tags, else the box."""
        tables, where = [], []
        if query["words"]:
            tables.append(f"{query['fields']} f")
            where.append(f"{query['fields']} MATCH :match")
        tags = [name for name in ("specialty", "scheme", "language") if name in query]
        near_first = "radius_km" in query and query["radius_km"] <= 10 and not query["words"]
        if near_first:
            tables.append("place p")
        for name in tags:
            joined = f" AND {name}.doctor = {'f.rowid' if query['words'] else 'p.id' if near_first else tags[0] + '.doctor'}"
            tables.append(f"tag {name}")
            where.append(f"{name}.tag = :{name}" + (joined if tables[0] != f"tag {name}" else ""))
        tables.append("doctor d")
        where.append(f"d.id = {'f.rowid' if query['words'] else 'p.id' if near_first else tags[0] + '.doctor'}")
        if near_first:
            where.append("south >= :south AND north <= :north AND west >= :west AND east <= :east")
        if "radius_km" in query:
            where.append(f"{CHORD} <= :chord")
        where += [f"{column} :{name}" for name, column in (("min_rating", "rating >="), ("max_fee_cents", "fee <="),
                                                          ("available_before", "free <"), ("telehealth", "telehealth =")) if name in query]
        if tables == [f"{query.get('fields')} f", "doctor d"] and len(where) == 2:
            tables, where = tables[:1], where[:1]
        return f"FROM {' CROSS JOIN '.join(tables)} WHERE {' AND '.join(where)}"

    def _parameters(self, query):
        names = ("min_rating", "max_fee_cents", "available_before", "telehealth", "now", "limit")
        found = {name: query[name] for name in names if name in query}
        found |= {name: self.tags.get((name, query[name]), 0) for name in ("specialty", "scheme", "language") if name in query}
        if "near" in query:
            found |= zip("xyz", unit_vector(*query["near"]))
            if "radius_km" in query:
                found |= self._circle(query["near"], query["radius_km"])
        return found

    @staticmethod
    def _circle(near, radius_km):
        chord = 2 * sin(radius_km * 1000 / 2 / EARTH_METRES)
        return {"metres": radius_km * 1000, "chord": chord * chord} | dict(zip(("south", "north", "west", "east"), box(*near, radius_km)))

    def _match(self, query):
        """The words as an FTS5 expression; words within one edit come from the table of shortened terms."""
        last = len(query["words"]) - 1
        words = []
        for index, word in enumerate(query["words"]):
            if query["expand"] == "typo" and len(word) >= 4:
                words.append(f"({' OR '.join(self._near(word)) or 'nothingatall'})")
            else:
                words.append(word + "*" * (query["expand"] == "prefix" and index == last))
        return (" AND " if query["match"] == "all" else " OR ").join(words)

    def _near(self, word):
        stems = deletions(word)
        rows = self.database.execute(f"SELECT DISTINCT term FROM near_term WHERE stem IN ({', '.join('?' * len(stems))})", list(stems))
        return [term for term, in rows if within_one_edit(word, term)]

    def answer(self, prepared):
        query, from_where, parameters = prepared
        if query["words"]:
            parameters = parameters | {"match": self._match(query)}
        if query["sort"] == "distance" and "radius_km" not in query:
            return self._ring(query, parameters), None
        id = "f.rowid" if query["words"] else "d.id"
        # By `rank` FTS5 sorts all matches itself; bm25() is worked out only for rows that passed the filters.
        order = ORDER.get(query["sort"]) or (f"bm25({query['fields']})" if "radius_km" in query else "rank")
        rows = self.database.execute(f"SELECT {id} {from_where} ORDER BY {order} LIMIT :limit", parameters)
        ids = [id for id, in rows]
        return ids, self._facets(query, from_where, parameters) if "facets" in query else None

    def _ring(self, query, parameters):
        """Circles that widen until they hold enough."""
        radius_km = FIRST_RING_KM
        while True:
            wider = query | {"radius_km": radius_km}
            rows = self.database.execute(f"SELECT d.id {self._from_where(wider)} ORDER BY {ORDER['distance']} LIMIT :limit",
                                         parameters | self._circle(query["near"], radius_km)).fetchall()
            if len(rows) >= query["limit"] or radius_km > WIDEST_RING_KM:
                return [id for id, in rows]
            radius_km *= 3

    def _facets(self, query, from_where, parameters):
        matches = f"SELECT f.rowid AS id {from_where}"
        specialties = self.database.execute(
            f"SELECT tag, count(*) FROM ({matches}) CROSS JOIN specialty_of WHERE doctor = id GROUP BY tag", parameters)
        ratings = dict(self.database.execute(
            f"SELECT (rating >= 2) + (rating >= 3) + (rating >= 4) + (rating >= 4.5), count(*) FROM ({matches}) AS m CROSS JOIN doctor"
            " WHERE doctor.id = m.id AND rating NOTNULL GROUP BY 1", parameters))
        return {"specialty_facet": {self.specialties[tag]: number for tag, number in specialties},
                "rating_facet": [ratings.get(bucket, 0) for bucket in range(5)]}

    def count(self, query):
        _, from_where, parameters = self.prepare(query)
        match = {"match": self._match(query)} if query["words"] else {}
        return self._value(f"SELECT count(*) {from_where}", parameters | match)
