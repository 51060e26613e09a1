"""The catalogue and the query log as every peer reads them: tab-separated, texts folded to words once, so that all index the same words."""
import json
import re
import unicodedata
from dataclasses import dataclass

WORD = re.compile(r"[a-z0-9]+")
APOSTROPHE = re.compile(r"(?<=[a-z])['’](?=[a-z])")
QUERY_FIELDS = ("id class text fields match expand specialty scheme language lat lon radius_km min_rating max_fee_cents available_before"
                " telehealth sort now limit facets").split()


def words(text):
    """Lower-case words without accents, as the engine under test cuts them."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return WORD.findall(APOSTROPHE.sub("", text.lower()))


@dataclass(slots=True)
class Doctor:
    id: int
    lat: float | None
    lon: float | None
    rating: float | None
    reviews: int
    fee_cents: int | None
    next_available: int | None
    telehealth: bool
    specialties: list
    schemes: list
    languages: list
    identity: str
    body: str


def prepare(doctors_file, queries_file, doctors_table, queries_table):
    with open(doctors_file, encoding="utf-8") as source, open(doctors_table, "w", encoding="utf-8") as target:
        for line in source:
            target.write("\t".join(_doctor_row(json.loads(line))) + "\n")
    with open(queries_table, "w", encoding="utf-8") as target:
        for query in read_queries(queries_file):
            lat, lon = query.get("near") or ("", "")
            row = query | {"lat": lat, "lon": lon, "text": " ".join(query["words"]), "facets": " ".join(query.get("facets", []))}
            target.write("\t".join(_cell(row.get(field)) for field in QUERY_FIELDS) + "\n")


def _cell(value):
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _doctor_row(doctor):
    def joined(*names):
        return " ".join(words(" ".join(doctor.get(name) or "" for name in names)))

    specialties = " ".join(words(" ".join(doctor.get("specialties") or [])))
    numbers = [doctor.get(name) for name in ("id", "lat", "lon", "rating", "review_count", "fee_cents", "next_available", "telehealth")]
    tags = [" ".join(doctor.get(name) or []) for name in ("specialties", "schemes", "languages")]
    return [_cell(value) for value in numbers] + tags + [
        f"{joined('name', 'practice', 'city', 'suburb')} {specialties}", f"{joined('practice', 'bio')} {specialties}"]


def read_doctors(doctors_table):
    def number(cell, kind):
        return kind(cell) if cell else None

    with open(doctors_table, encoding="utf-8") as rows:
        for row in rows:
            id, lat, lon, rating, reviews, fee, free, telehealth, specialties, schemes, languages, identity, body = row[:-1].split("\t")
            yield Doctor(int(id), number(lat, float), number(lon, float), number(rating, float), int(reviews or 0), number(fee, int),
                         number(free, int), telehealth == "true", specialties.split(), schemes.split(), languages.split(), identity, body)


def read_queries(queries_file):
    with open(queries_file, encoding="utf-8") as rows:
        queries = [json.loads(row) for row in rows]
    for query in queries:
        query["words"] = words(query.get("text", ""))
    return queries
