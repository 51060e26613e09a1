"""Free times of sample doctors, and bookings, for contract tests."""
import functools
import os
import random
import subprocess
import unittest
import uuid
from datetime import datetime, timedelta, timezone

from accounts import bearer, sign_up
from support import ask, get

JOHANNESBURG = timezone(timedelta(hours=2))
with_database = unittest.skipUnless("RTD_TEST_DATABASE_URL" in os.environ, "tools/test tells where the database is")


def sql(statement):
    return subprocess.run(["psql", os.environ["RTD_TEST_DATABASE_URL"], "-v", "ON_ERROR_STOP=1", "-qAtc", statement], check=True, capture_output=True, text=True).stdout.strip()


def instant(text):
    return datetime.fromisoformat(text)


def today():
    return datetime.now(JOHANNESBURG).replace(hour=0, minute=0, second=0, microsecond=0)


def slots(doctor, **query):
    answer = get(f"/v1/doctors/{doctor}/slots", query)
    assert answer.status == 200, answer.body
    return answer.json["data"]


@functools.cache
def doctors():
    """Verified sample doctors with free times in the third and fourth week from now, in any order."""
    found = get("/v1/doctors", {"limit": 100, "sort": "soonest", "available_within": "P10D"}).json["data"]
    verified = [doctor["id"] for doctor in found if doctor["verified"]]
    assert len(verified) > 10, "no verified sample doctors"
    random.shuffle(verified)
    return verified


def month(doctor, **query):
    """Free times of later weeks, which no rule of notice touches."""
    return slots(doctor, **{"from": (today() + timedelta(days=10)).date(), "to": (today() + timedelta(days=40)).date(), "kind": "first_visit"} | query)


class Patient:
    """An account of its own."""

    def __init__(self):
        self.tokens = sign_up()
        self.headers = bearer(self.tokens)

    def get(self, path, query=None):
        return ask("GET", path, query, headers=self.headers)

    def post(self, path, body=None, key=None, **headers):
        return ask("POST", path, body=body, headers=self.headers | {"Idempotency-Key": key or uuid.uuid4().hex} | headers)

    def delete(self, path):
        return ask("DELETE", path, headers=self.headers)

    def hold(self, doctor, slot, **others):
        answer = self.post("/v1/bookings", wish(doctor, slot) | others)
        assert answer.status == 201, answer.body
        return answer.json

    def booked(self, kind="first_visit", **body):
        """A confirmed booking, its doctor, and further free times there."""
        for doctor in doctors():
            free = month(doctor, kind=kind)
            if len(free) < 20:
                continue
            slot = random.choice(free)
            held = self.post("/v1/bookings", wish(doctor, slot))
            if held.status != 201:
                continue
            booking = self.post(f"/v1/bookings/{held.json['id']}/confirmation", body).json
            if booking["state"] == "confirmed":
                return booking, doctor, [other for other in free if other["practice_id"] == slot["practice_id"] and other != slot]
            self.post(f"/v1/bookings/{booking['id']}/cancellation")
        raise AssertionError("no doctor confirms at once")


def wish(doctor, slot):
    return {"doctor_id": doctor, "practice_id": slot["practice_id"], "kind": slot["kind"], "starts_at": slot["starts_at"]}


def bookable():
    """A doctor and their free times of a month."""
    for doctor in doctors():
        free = month(doctor)
        if len(free) > 20:
            return doctor, free
    raise AssertionError("no doctor has free times")


class Practice(Patient):
    """Somebody who works at a practice."""

    def __init__(self, practice):
        super().__init__()
        self.account = self.tokens["account_id"]
        sql(f"INSERT INTO account_roles (account_id, role, granted_at) VALUES ('{self.account}', 'staff', now());"
            f"INSERT INTO practice_staff (account_id, practice_id, added_at) VALUES ('{self.account}', {int(practice)}, now())")
