"""What a schema of single parameters cannot say: which go together, and which values exist today.

Only requests meant to be accepted are changed, so that each of them must be.
"""
import functools
import re
import time
import uuid
from datetime import timedelta

import schemathesis
from accounts import PASSWORD, Browser, bearer, new_email, new_phone, sign_up
from booking import bookable, doctors, month, sql, today, wish
from schemathesis.generation import GenerationMode
from support import ROOT, post

SPECIALTIES = ["dermatology", "dentistry", "general-practice"]
SCHEMES = ["discovery-health-medical-scheme", "bonitas-medical-fund"]
LANGUAGES = ["en", "zu", "af"]
KNOWN = {"specialty": SPECIALTIES, "scheme": SCHEMES, "language": LANGUAGES, "speaks": LANGUAGES}
POINT = "-26.107,28.056"
GIVEN = set()  # tokens and cookies
COOKIE = "__Host-session"
PART = re.compile(r"(\d+)([DHMS])")
SECONDS = {"D": 86_400, "H": 3_600, "M": 60, "S": 1}


@schemathesis.hook
def before_call(context, case, kwargs):
    if COOKIE in (case.cookies or {}):
        case.cookies["session"] = case.cookies.pop(COOKIE)
    if not positive(case):
        return
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if case.headers and re.fullmatch("[0-9]+", case.headers.get("If-Match", "")):
        case.headers["If-Match"] = f'"{case.headers["If-Match"]}"'  # the tool takes a number out of its quotes
    if isinstance(case.body, dict):
        case.body = short(case.body)
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


@schemathesis.hook
def after_call(context, case, response):
    """Without TLS the session's cookie has another name than the contract's, and the tool looks for that. A sign-in of ours must be one: were
    all refused, every other check would be content."""
    if "session" in (case.cookies or {}):
        case.cookies[COOKIE] = case.cookies.pop("session")
    given = {(case.headers or {}).get("Authorization"), (case.cookies or {}).get(COOKIE)} & GIVEN
    if response.status_code == 401 and positive(case) and given and not ends_sign_ins(case):
        raise AssertionError(f"{case.method} {case.path}: a sign-in was refused")


def positive(case):
    return case.meta and case.meta.generation.mode == GenerationMode.POSITIVE


def short(body):
    """Lengths of texts are limited in bytes, and one byte a character keeps to any."""
    return {name: value.encode()[:len(value)].decode(errors="ignore").strip() or "x" if isinstance(value, str) and not value.isascii() else value
            for name, value in body.items()}


def acceptable(case):
    """Passwords that nobody guesses, addresses that there can be, and not two of them."""
    if not isinstance(case.body, dict):
        return
    for name in {"password", "current_password"} & case.body.keys():
        case.body[name] = PASSWORD
    for name in {"id_number", "id_document"} & case.body.keys():
        del case.body[name]
    if case.path == "/v1/accounts/me/password":
        case.body["current_password"] = PASSWORD
    for name in {"email", "address"} & case.body.keys():
        case.body[name] = new_email()
    if "phone" in case.body:
        case.body["phone"] = new_phone()
        case.body.pop("email", None)
    if case.path == "/v1/persons/{id}":
        case.body |= {"display_name": "Thabo Mokoena", "birth_date": "2019-03-27"}
    if "birth_day" in case.body:
        case.body |= {"birth_day": "27", "birth_month": "3", "birth_year": "2019"}
    if "id_token" in case.body:  # no Firebase project is set up here
        case.body = {"email": new_email(), "password": PASSWORD}


FREE = functools.cache(bookable)


@functools.cache
def changed():
    """A doctor and practice whose hours the requests change, so that those of the bookable one stay."""
    free = FREE()[0]
    return next((other, slot["practice_id"]) for other in doctors() if other != free for slot in month(other)[:1])


def bookable_case(case):
    """A doctor there is, times that are in order, and for some holds a time that is free."""
    query = case.query or {}
    query.pop("cursor", None)  # signed by the server
    for name, ahead in (("from", 1), ("to", 30)):
        if name in query:
            query[name] = str((today() + timedelta(days=ahead)).date())
    doctor, free = FREE()
    if case.path.startswith(("/v1/doctors/{id}", "/practice/doctors/{id}")):
        case.path_parameters["id"] = doctor if case.method == "GET" and "practice" not in case.path_parameters else changed()[0]
        if "practice" in case.path_parameters:
            case.path_parameters["practice"] = changed()[1]
    if isinstance(case.body, dict) and isinstance(case.body.get("kinds"), list):
        case.body["kinds"] = list({kind["kind"]: kind for kind in case.body["kinds"]}.values())
    if case.path.endswith("/schedules/{practice}") and not {"If-Match", "If-None-Match"} & set(case.headers or {}):
        case.headers = {**(case.headers or {}), "If-Match": '"1"'}
    if isinstance(case.body, dict):
        ordered(case.body)
    if case.path == "/v1/bookings" and isinstance(case.body, dict) and "doctor_id" in case.body:
        case.body |= wish(doctor, free[len(str(case.body)) % len(free)])
        case.body.pop("person_id", None)
        case.body.pop("override_reason", None)


def ordered(body):
    """Ends after beginnings, days there are, names where they are needed."""
    if {"from", "until"} <= body.keys() and "date" not in body:
        body |= {"from": "2027-01-04", "until": "2027-01-05"}
        if not body.get("opens"):
            body.pop("practice_id", None)
        else:
            body["practice_id"] = changed()[1]
    if "date" in body:
        body |= {"date": "2027-01-06", "from": "09:00", "until": "10:00"}
    for hours in body.get("hours") or []:
        hours |= {"from": "08:00", "until": "13:00"}
    if "at" in body:
        body["at"] = "2030-12-02T09:00"
    if body.keys() <= {"is_holiday", "name"}:
        body["name"] = body.get("name") or "Election Day"


def verifiable(case):
    """Words that there are, and only a claim names a profile, only a rejection its reason."""
    if case.query:
        case.query = {name: value for name, value in case.query.items() if name != "cursor"}
    if not isinstance(case.body, dict):
        return
    for name, values in {"specialties": SPECIALTIES, "languages": LANGUAGES, "schemes": SCHEMES}.items():
        if name in case.body:
            case.body[name] = known(case.body[name], values)
    for name in [name for name in case.body if name.startswith("practice_")]:  # these go together
        del case.body[name]
    if "purpose" in case.body:
        case.body.pop("doctor_id", None)
        if case.body["purpose"] == "claim":
            case.body["doctor_id"] = "1"
    if case.body.get("decision") == "verified":
        case.body = {name: value for name, value in case.body.items() if name not in ("reason", "note")}
    elif "decision" in case.body:
        case.body |= {"reason": "other", "note": "No."}


# Whom a route needs beyond a signed-in person, as the server's own table has it.
PRIVILEGED = {(method, re.sub(r":(\w+)", r"{\1}", path)) for method, path in re.findall(
    r'"([A-Z]+) (/\S*)": \.(?:practice|roles)', (ROOT / "Sources/App/AccessRules.swift").read_text(encoding="utf-8"))}


class Somebody:
    """An account with a bearer token, a browser's session and things of its own; at work at a practice and for the site, or neither."""

    def __init__(self, privileged):
        email = new_email()
        self.tokens, self.renewed_at = sign_up(email), time.monotonic()
        account = self.tokens["account_id"]
        sql(f"UPDATE accounts SET email_verified_at = now() WHERE account_id = '{account}'")
        if privileged:
            sql(f"INSERT INTO account_roles (account_id, role, granted_at) VALUES ('{account}', 'staff', now()), ('{account}', 'administrator', now());"
                f"INSERT INTO practice_staff (account_id, practice_id, added_at) VALUES ('{account}', {int(FREE()[1][0]['practice_id'])}, now()), ('{account}', {int(changed()[1])}, now())")
        self.browser = Browser()
        self.browser.post("/sign-in/password", {"email": email, "password": PASSWORD})
        self.form_token = self.browser.form_token()

    def bearer(self):
        """Access tokens last ten minutes."""
        if time.monotonic() > self.renewed_at + 300:
            self.tokens, self.renewed_at = post("/v1/tokens", {"refresh_token": self.tokens["refresh_token"]}).json, time.monotonic()
        return bearer(self.tokens)

    def post(self, path, *bodies):
        """The id of what the first of the bodies makes that is not refused."""
        for body in bodies:
            answer = post(path, body, headers=self.bearer() | {"Idempotency-Key": uuid.uuid4().hex})
            if answer.status == 201:
                return answer.json["id"]
        raise AssertionError(answer.body)

    @functools.cache
    def booking(self):
        doctor, free = FREE()
        return self.post("/v1/bookings", *(wish(doctor, slot) for slot in reversed(free)))

    @functools.cache
    def person(self):
        return self.post("/v1/persons", {"display_name": "Thabo Mokoena", "birth_date": "2019-03-27", "guardian_consent": True})

    @functools.cache
    def verification(self):
        return self.post("/v1/verifications", {"purpose": "new_profile"})


OWNER = functools.cache(lambda purpose: Somebody(False))  # of a booking for one operation, or of a verification


@schemathesis.auth(refresh_interval=300, cache_by_key=lambda case, context: (case.method, case.path) in PRIVILEGED)
class SignedIn:
    """Signed in anew for each request that ends or changes sign-ins, or of which an account can make only so many; once for the rest."""

    def get(self, case, context):
        return Somebody((case.method, case.path) in PRIVILEGED)

    def set(self, case, somebody, context):
        schemes = {name for entry in case.operation.definition.raw.get("security", []) for name in entry}
        if not schemes:
            return
        if ends_sign_ins(case):
            somebody = Somebody(False)
        purpose = case.operation.label if "/bookings/{id}" in case.path else "verification" if case.path.startswith("/v1/verifications/{id}") else None
        if purpose and (case.method, case.path) not in PRIVILEGED:
            somebody = OWNER(purpose)
        if "bearer" in schemes:
            case.headers = {**(case.headers or {}), **somebody.bearer()}
        else:
            case.cookies = {**(case.cookies or {}), COOKIE: somebody.browser.cookie.partition("=")[2]}
        GIVEN.update({(case.headers or {}).get("Authorization"), (case.cookies or {}).get(COOKIE)} - {None})
        if not positive(case):
            return
        if isinstance(case.body, dict) and "form_token" in case.body:
            case.body["form_token"] = somebody.form_token
        if purpose:
            case.path_parameters["id"] = OWNER(purpose).verification() if purpose == "verification" else OWNER(purpose).booking()
        elif case.path.startswith("/v1/persons/{id}"):
            case.path_parameters["id"] = somebody.person()


ENDS_SIGN_INS = ("/password", "/sign-out", "/everywhere", "/end", "/persons", "/dependants", "/authenticator", "/confirmation", "/removal", "/code")


def ends_sign_ins(case):
    """Or makes what an account has only so many of, or asks for a code that nobody has here."""
    return "accounts" in case.operation.tags and (case.method == "DELETE" or case.path.endswith(ENDS_SIGN_INS))


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
        return [values[len(str(value)) % len(values)] for value in sent[:10]]
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
