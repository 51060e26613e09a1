"""Numpy: columns scanned with vector operations, sorted id arrays for words and tags. Straightforward, exact, and the others' oracle."""
from itertools import chain

import numpy as np

from peers.catalogue import read_doctors
from peers.columns import Columns
from peers.postings import Postings


class Peer:
    name = "numpy"
    version = np.__version__
    server_pid = None

    def __init__(self, doctors_table, folder):
        doctors = list(read_doctors(doctors_table))
        self.columns = Columns(doctors)
        self.documents = len(doctors)
        self.tags = {}
        for row, doctor in enumerate(doctors):
            for kind in ("specialties", "schemes", "languages"):
                for value in getattr(doctor, kind):
                    self.tags.setdefault((kind, value), []).append(row)
        self.tags = {tag: np.array(rows, dtype=np.int32) for tag, rows in self.tags.items()}
        self.has_tag = {tag: self._bits(rows) for tag, rows in self.tags.items()}
        self.fields = {"identity": Postings(doctor.identity for doctor in doctors), "body": Postings(doctor.body for doctor in doctors)}
        parts = chain([self.columns], self.tags.values(), self.has_tag.values(), self.fields.values())
        self.index_bytes = sum(part.nbytes for part in parts)

    def _bits(self, rows):
        bits = np.zeros(self.documents, dtype=bool)
        bits[rows] = True
        return bits

    def prepare(self, query):
        return query

    def matches(self, query):
        """Rows that match, and their text scores or None."""
        columns, rows, scores = self.columns, None, None
        tags = [(kind, query[field]) for field, kind in (("specialty", "specialties"), ("scheme", "schemes"), ("language", "languages"))
                if field in query]
        if query["words"]:
            rows, scores = self.fields[query["fields"]].search(query)
        elif tags:
            tags.sort(key=lambda tag: len(self.tags.get(tag, ())))
            rows = self.tags.get(tags.pop(0), np.empty(0, np.int32))
        else:
            rows = np.arange(self.documents)
        kept = None
        for condition in self._conditions(rows, tags, query):
            kept = condition if kept is None else kept & condition
        if kept is not None:
            rows, scores = rows[kept], None if scores is None else scores[kept]
        if "radius_km" in query:
            inside = columns.within(rows, query["near"], query["radius_km"])
            scores = None if scores is None else scores[np.searchsorted(rows, inside)]
            rows = inside
        return rows, scores

    def _conditions(self, rows, tags, query):
        columns, nothing = self.columns, np.zeros(self.documents, dtype=bool)
        for tag in tags:
            yield self.has_tag.get(tag, nothing)[rows]
        if "min_rating" in query:
            yield columns.rating[rows] >= query["min_rating"]
        if "max_fee_cents" in query:
            yield columns.fee[rows] <= query["max_fee_cents"]
        if "available_before" in query:
            yield columns.free[rows] < query["available_before"]
        if "telehealth" in query:
            yield columns.telehealth[rows] == query["telehealth"]

    def answer(self, query):
        rows, scores = self.matches(query)
        keys = -scores if query["sort"] == "text" else self.columns.keys(rows, query)
        return self.columns.best(rows, keys, query["limit"]), self.columns.facets(rows) if "facets" in query else None

    def count(self, query):
        return len(self.matches(query)[0])
