"""What a schema of single parameters cannot say: which go together, and which values exist today.

Only requests meant to be accepted are changed, so that each of them must be.
"""
import functools
import re
import uuid
from datetime import timedelta

import schemathesis
from accounts import PASSWORD, sign_up
from booking import bookable, today, wish
from schemathesis.generation import GenerationMode

SPECIALTIES = ["dermatology", "dentistry", "general-practice"]
SCHEMES = ["discovery-health-medical-scheme", "bonitas-medical-fund"]
LANGUAGES = ["en", "zu", "af"]
KNOWN = {"specialty": SPECIALTIES, "scheme": SCHEMES, "language": LANGUAGES, "speaks": LANGUAGES}
POINT = "-26.107,28.056"
PART = re.compile(r"(\d+)([DHMS])")
SECONDS = {"D": 86_400, "H": 3_600, "M": 60, "S": 1}


@schemathesis.hook
def before_call(context, case, kwargs):
    if not case.meta or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if "accounts" in case.operation.tags:
        acceptable(case)
    elif {"booking", "schedules"} & set(case.operation.tags):
        bookable_case(case)
    elif "verifications" in case.operation.tags:
        verifiable(case)
    elif case.method == "GET":
        case.query = consistent(dict(case.query or {}), case.path)
    elif isinstance(case.body, dict):
        case.body = consistent(dict(case.body), case.path)


def acceptable(case):
    """Passwords that nobody guesses, numbers that are of a document, forms of a cookie session that nobody has here."""
    if not isinstance(case.body, dict):
        return
    for name in {"password", "current_password"} & case.body.keys():
        case.body[name] = PASSWORD
    for name in {"id_number", "id_document"} & case.body.keys():
        del case.body[name]


FREE = functools.cache(bookable)


def bookable_case(case):
    """A key of its own for each request, a doctor there is, times that are in order, and for some holds a time that is free."""
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    query = case.query or {}
    query.pop("cursor", None)  # signed by the server
    for name, ahead in (("from", 1), ("to", 30)):
        if name in query:
            query[name] = str((today() + timedelta(days=ahead)).date())
    doctor, free = FREE()
    if case.path.startswith("/v1/doctors/{id}"):
        case.path_parameters["id"] = doctor
    if case.path == "/v1/bookings" and isinstance(case.body, dict) and "doctor_id" in case.body:
        case.body |= wish(doctor, free[len(str(case.body)) % len(free)])
        case.body.pop("person_id", None)
        case.body.pop("override_reason", None)


def verifiable(case):
    """Words that there are, and only a claim names a profile, only a rejection its reason."""
    if case.query:
        case.query = {name: value for name, value in case.query.items() if name != "cursor"}
    if not isinstance(case.body, dict):
        return
    for name, values in {"specialties": SPECIALTIES, "languages": LANGUAGES, "schemes": SCHEMES}.items():
        if name in case.body:
            case.body[name] = known(case.body[name], values)
    if "purpose" in case.body:
        case.body.pop("doctor_id", None)
        if case.body["purpose"] == "claim":
            case.body["doctor_id"] = "1"
    if case.body.get("decision") == "verified":
        case.body = {name: value for name, value in case.body.items() if name not in ("reason", "note")}
    elif "decision" in case.body:
        case.body |= {"reason": "other", "note": "No."}


@schemathesis.auth(refresh_interval=300)
class SignedIn:
    """Signed in anew for each operation that ends or changes sign-ins, once for the rest."""

    def get(self, case, context):
        return sign_up()["access_token"]

    def set(self, case, token, context):
        if "bearer" not in {name for entry in case.operation.definition.raw.get("security", []) for name in entry}:
            return
        if "accounts" in case.operation.tags and (case.method == "DELETE" or case.path.endswith("/password")):
            token = sign_up()["access_token"]
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def consistent(asked, path):
    asked.pop("cursor", None)  # cursors and sealed words are signed by the server
    asked.pop("w", None)
    for name in KNOWN.keys() & asked.keys():
        asked[name] = known(asked[name], KNOWN[name])
    for name in {"q", "text"} & asked.keys():
        asked[name] = limited(asked[name])
    if asked.get("place"):
        asked["place"] = "sandton"
        asked.pop("near", None)
    elif needs_point(asked, path):
        asked |= {"place": "sandton"} if path == "/doctors" else {"near": point(path)}
    if asked.get("available_before") or not 60 <= seconds(asked.get("available_within") or "P1D") <= 366 * 86_400:
        asked.pop("available_within", None)
    return asked


def known(sent, values):
    if isinstance(sent, list):
        return [values[len(str(value)) % len(values)] for value in sent]
    return values[len(sent) % len(values)] if sent else sent


def limited(words):
    """Lengths are limited in bytes."""
    return words and (words.encode()[:100].decode(errors="ignore").strip() or "skin")


def needs_point(asked, path):
    measures = any(asked.get(name) not in (None, "") for name in ("radius", "radius_km")) or asked.get("sort") == "distance"
    return not asked.get("near") and (measures or path == "/v1/facilities")


def point(path):
    latitude, longitude = POINT.split(",")
    return {"lat": float(latitude), "lon": float(longitude)} if path in ("/v1/doctors/search", "/v1/symptom-checks") else POINT


def seconds(duration):
    return sum(int(count) * SECONDS[unit] for count, unit in PART.findall(duration))
