"""What a schema of single parameters cannot say: which go together, and which values exist today.

Only requests meant to be accepted are changed, so that each of them must be.
"""
import re

import schemathesis
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
    if case.method == "GET":
        case.query = consistent(dict(case.query or {}), case.path)
    elif isinstance(case.body, dict):
        case.body = consistent(dict(case.body), case.path)


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
