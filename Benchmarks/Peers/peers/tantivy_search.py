"""Tantivy: one segment, frequencies without positions, block-max WAND when no count is asked for.

It has no geo query: grid cells are indexed as terms, and the hits of the cells that touch the circle are cut exactly by the columns;
what it cannot rank by (distance, blend) is fetched whole and rescored."""
import atexit
from pathlib import Path
from shutil import rmtree

import numpy as np
import tantivy
from tantivy import Document, Occur, Query

from peers.catalogue import read_doctors
from peers.columns import Columns, box

CELL_DEGREES = [0.05, 0.25, 1.25, 6.25]
CELLS_ACROSS = 5
FIRST_RING_KM, WIDEST_RING_KM = 5, 3_000
HEAP_BYTES = 3_500_000_000


def cell(level, lat, lon):
    size = CELL_DEGREES[level]
    return f"{level}:{int(lat // size)}:{int(lon // size)}"


def cells_around(near, radius_km):
    south, north, west, east = box(*near, radius_km)
    level = next((level for level, size in enumerate(CELL_DEGREES) if (east - west) / size <= CELLS_ACROSS), len(CELL_DEGREES) - 1)
    size = CELL_DEGREES[level]
    rows, across = range(int(south // size), int(north // size) + 1), range(int(west // size), int(east // size) + 1)
    return [f"{level}:{y}:{x}" for y in rows for x in across]


class Peer:
    name = "tantivy"
    version = tantivy.__version__
    server_pid = None

    def __init__(self, doctors_table, folder):
        doctors = list(read_doctors(doctors_table))
        self.documents = len(doctors)
        self.columns = Columns(doctors)
        # Similar doctors side by side compress and skip better; the row is the place in the id's order.
        rows = sorted(range(len(doctors)), key=lambda row: (doctors[row].specialties, row))
        self.rows = np.array(rows)
        self.path = Path(folder) / "tantivy"
        rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        atexit.register(rmtree, self.path)
        self.schema = self._schema()
        self.searcher = self._index((doctors[row] for row in rows))
        assert self.searcher.num_segments == 1 and self.searcher.num_docs == self.documents
        self.index_bytes = sum(file.stat().st_size for file in self.path.iterdir()) + self.columns.nbytes

    @staticmethod
    def _schema():
        builder = tantivy.SchemaBuilder()
        for name in ("identity", "body"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        for name in ("scheme", "language", "cell"):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("specialty", tokenizer_name="raw", index_option="basic", fast=True)
        builder.add_float_field("rating", indexed=True, fast=True)
        builder.add_unsigned_field("fee", indexed=True, fast=True)
        builder.add_unsigned_field("free", indexed=True, fast=True)
        builder.add_boolean_field("telehealth", indexed=True)
        return builder.build()

    def _index(self, doctors):
        index = tantivy.Index(self.schema, path=str(self.path))
        writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for doctor in doctors:
            fields = {"identity": doctor.identity, "body": doctor.body, "specialty": doctor.specialties, "scheme": doctor.schemes,
                      "language": doctor.languages, "rating": doctor.rating, "fee": doctor.fee_cents, "free": doctor.next_available,
                      "telehealth": doctor.telehealth}
            if doctor.lat is not None:
                fields["cell"] = [cell(level, doctor.lat, doctor.lon) for level in range(len(CELL_DEGREES))]
            writer.add_document(Document.from_dict({name: value for name, value in fields.items() if value is not None}, self.schema))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index.searcher()

    def prepare(self, query):
        return query, self._query(query)

    def _query(self, query, near=None):
        parts = [(Occur.Must, self._text(query))] if query["words"] else []
        filters = [Query.term_query(self.schema, name, query[name], "basic")
                   for name in ("specialty", "scheme", "language") if name in query]
        if "min_rating" in query:
            filters.append(self._range("rating", tantivy.FieldType.Float, lower_bound=float(query["min_rating"])))
        if "max_fee_cents" in query:
            filters.append(self._range("fee", tantivy.FieldType.Unsigned, upper_bound=query["max_fee_cents"]))
        if "available_before" in query:
            filters.append(self._range("free", tantivy.FieldType.Unsigned, upper_bound=query["available_before"] - 1))
        if "telehealth" in query:
            filters.append(Query.term_query(self.schema, "telehealth", query["telehealth"], "basic"))
        near = near or ("radius_km" in query and (query["near"], query["radius_km"]))
        if near:
            filters.append(Query.term_set_query(self.schema, "cell", cells_around(*near)))
        parts += [(Occur.Must, Query.const_score_query(one, 0.0)) for one in filters]
        return parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)

    def _range(self, field, kind, **bounds):
        return Query.range_query(self.schema, field, kind, **bounds)

    def _text(self, query):
        occur = Occur.Must if query["match"] == "all" else Occur.Should
        last = len(query["words"]) - 1
        found = [(occur, self._word(query, word, index == last)) for index, word in enumerate(query["words"])]
        return found[0][1] if len(found) == 1 else Query.boolean_query(found)

    def _word(self, query, word, is_last):
        field = query["fields"]
        if query["expand"] == "prefix" and is_last:
            return Query.fuzzy_term_query(self.schema, field, word, distance=0, prefix=True)
        if query["expand"] == "typo" and len(word) >= 4:
            return Query.fuzzy_term_query(self.schema, field, word, distance=1, transposition_cost_one=False)
        return Query.term_query(self.schema, field, word, "freq")

    def _hits(self, tantivy_query, limit, **order):
        """Rows of the best hits in their order."""
        hits = self.searcher.search(tantivy_query, limit, count=False, **order).hits
        return self.rows[[address.doc for _, address in hits]] if hits else np.empty(0, np.int64)

    def answer(self, prepared):
        query, tantivy_query = prepared
        if "facets" in query:
            return self._answer_with_facets(query, tantivy_query)
        if query["sort"] == "text":
            return self._first(query, tantivy_query), None
        if query["sort"] == "soonest":
            return self._first(query, tantivy_query, order_by_field="free", order=tantivy.Order.Asc), None
        rows = self._all(query, tantivy_query) if "radius_km" in query else self._ring(query)
        return self.columns.best(rows, self.columns.keys(rows, query), query["limit"]), None

    def _first(self, query, tantivy_query, **order):
        """The first hits inside the circle: asks for more until enough are."""
        asked = query["limit"] if "radius_km" not in query else 2 * query["limit"]
        while True:
            hits = rows = self._hits(tantivy_query, asked, **order)
            if "radius_km" in query:
                rows = hits[self.columns.metres(hits, query["near"]) <= query["radius_km"] * 1000]
            if len(rows) >= query["limit"] or len(hits) < asked:
                return self.columns.ids[rows[:query["limit"]]].tolist()
            asked *= 4

    def _all(self, query, tantivy_query):
        rows = self._hits(tantivy_query, self.documents)
        return self.columns.within(rows, query["near"], query["radius_km"]) if "radius_km" in query else rows

    def _ring(self, query):
        """Circles that widen until they hold enough."""
        radius_km = FIRST_RING_KM
        while True:
            rows = self._hits(self._query(query, (query["near"], radius_km)), self.documents)
            rows = self.columns.within(rows, query["near"], radius_km)
            if len(rows) >= query["limit"] or radius_km > WIDEST_RING_KM:
                return rows
            radius_km *= 3

    def _answer_with_facets(self, query, tantivy_query):
        ids = self._first(query, tantivy_query)
        if "radius_km" in query:
            return ids, self.columns.facets(self._all(query, tantivy_query))
        edges = [None, 2.0, 3.0, 4.0, 4.5, None]
        ranges = [{key: edge for key, edge in (("from", low), ("to", high)) if edge is not None} for low, high in zip(edges, edges[1:])]
        found = self.searcher.aggregate(tantivy_query, {"specialty": {"terms": {"field": "specialty", "size": 1_000}},
                                                        "rating": {"range": {"field": "rating", "ranges": ranges}}})
        return ids, {"specialty_facet": {bucket["key"]: bucket["doc_count"] for bucket in found["specialty"]["buckets"]},
                     "rating_facet": [bucket["doc_count"] for bucket in found["rating"]["buckets"]]}

    def count(self, query):
        tantivy_query = self._query(query)
        if "radius_km" in query:
            return len(self._all(query, tantivy_query))
        return self.searcher.search(tantivy_query, 1, count=True).count
