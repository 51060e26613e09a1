"""Hundreds of clients fight for a few times of one doctor while the server is killed: nobody has a time twice, nothing told is lost.

Has a cluster and a server of its own. RTD_STORM_ROUNDS (default 1) repeats it, each time for another day; RTD_STORM_CLIENTS (500),
RTD_STORM_SLOTS (50, five at least) and RTD_STORM_KILLS (4) change its size.
"""
import collections
import hashlib
import http.client
import json
import os
import random
import threading
import time
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from installation import Installation

ROUNDS, CLIENTS, SLOTS, KILLS = (int(os.environ.get(f"RTD_STORM_{name}", default)) for name, default in (("ROUNDS", 1), ("CLIENTS", 500), ("SLOTS", 50), ("KILLS", 4)))
SLOT_MINUTES = 10
JOHANNESBURG = timezone(timedelta(hours=2))
LIVE = "state NOT IN ('cancelled', 'expired', 'no_show')"
PATIENCE_SECONDS = 300  # a debug build on a busy machine; how long it took is printed, not asserted
MOVERS, MOVES, FREE_TIMES = 15, 6, 5
WAITS = {"request.in_progress"}  # the one refusal that says: ask again


class Client:
    """Asks again with the same key, after anything that leaves open what happened, until there is a clear answer."""

    def __init__(self, storm, account, token):
        self.storm, self.account = storm, account
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection, self.asked, self.unclear = None, 0, 0

    def answer(self, path, body, key, deadline):
        while time.monotonic() < deadline:
            self.asked += 1
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.storm.port, timeout=30)
                self.connection.request("POST", path, json.dumps(body), self.headers | {"Idempotency-Key": key})
                response = self.connection.getresponse()
                status, headers, content = response.status, response.headers, json.loads(response.read())
                if status < 500 and content.get("code") not in WAITS:
                    return status, headers, content
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.close()
            self.unclear += 1
            time.sleep(random.uniform(0.05, 0.4))
        raise AssertionError(f"no clear answer to {path} after {self.asked} requests")

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Fighter(Client):
    """Wants one time: holds it and confirms it."""

    def fight(self, starts_at, deadline):
        self.starts_at, self.keys = starts_at, (uuid.uuid4().hex, uuid.uuid4().hex)
        self.wish = {"doctor_id": self.storm.doctor, "practice_id": self.storm.practice, "kind": "first_visit", "starts_at": starts_at}
        self.held = self.answer("/v1/bookings", self.wish, self.keys[0], deadline)
        self.storm.told()
        self.confirmed = None
        if self.held[0] == 201:
            self.confirmed = self.answer(f"/v1/bookings/{self.held[2]['id']}/confirmation", {}, self.keys[1], deadline)
        self.storm.told()
        self.close()
        return self

    def ask_again(self, deadline):
        again = [self.answer("/v1/bookings", self.wish, self.keys[0], deadline)]
        if self.confirmed:
            again.append(self.answer(f"/v1/bookings/{self.held[2]['id']}/confirmation", {}, self.keys[1], deadline))
        self.close()
        return again


class Mover(Fighter):
    """Has one time, and moves from it to others."""

    def move_about(self, times, deadline):
        self.moves = 0
        for _ in range(MOVES):
            starts_at = random.choice(times)
            status, _, content = self.answer(f"/v1/bookings/{self.held[2]['id']}/reschedule", {"starts_at": starts_at}, uuid.uuid4().hex, deadline)
            if status == 200:
                self.starts_at, self.moves = starts_at, self.moves + 1
            elif (status, content["code"]) != (409, "booking.slot_taken"):
                raise AssertionError(f"{status} {content}")
            self.storm.told()
        self.close()


class BookingStorm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation()
        cls.addClassCleanup(cls.installation.close)
        cls.port = urlsplit(cls.installation.url).port
        cls.installation.environment["RTD_PORT"] = str(cls.port)  # clients find the server again where it was
        cls.doctor, cls.practice = cls.sql("SELECT doctor_id, practice_id FROM doctor_practices ORDER BY 1 LIMIT 1").split("|")
        cls.sql(f"""
            UPDATE doctors SET verification_state = 'verified', hpcsa_number = 'MP0123456' WHERE doctor_id = {cls.doctor};
            WITH schedule AS (
                INSERT INTO booking_schedules (doctor_id, practice_id, horizon_days, open_on_public_holidays)
                VALUES ({cls.doctor}, {cls.practice}, 366, true) RETURNING schedule_id
            ) INSERT INTO booking_kinds (schedule_id, kind, length_minutes, step_minutes) SELECT schedule_id, 'first_visit', {SLOT_MINUTES}, {SLOT_MINUTES} FROM schedule""")
        cls.accounts = cls.sign_in(CLIENTS)

    @classmethod
    def sql(cls, statement):
        return cls.installation.sql(statement)

    @classmethod
    def sign_in(cls, count):
        """Accounts as sign-up makes them, without its slow hashes; their refresh tokens are exchanged for access tokens by the server."""
        rows = [(uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), uuid.uuid4().hex * 2) for _ in range(count)]
        values = ", ".join(f"('{account}'::uuid, '{person}'::uuid, '{session}'::uuid, decode('{hashlib.sha256(token.encode()).hexdigest()}', 'hex'))" for account, person, session, token in rows)
        cls.sql(f"""
            CREATE TEMP TABLE made (account, person, session, token_hash) AS VALUES {values};
            INSERT INTO accounts (account_id, created_at) SELECT account, now() FROM made;
            INSERT INTO account_roles (account_id, role, granted_at) SELECT account, 'patient', now() FROM made;
            INSERT INTO persons (person_id, account_id, is_self, created_at, updated_at) SELECT person, account, true, now(), now() FROM made;
            INSERT INTO sessions (session_id, account_id, device, created_at, last_used_at, expires_at) SELECT session, account, 'storm', now(), now(), now() + interval '1 day' FROM made;
            INSERT INTO refresh_tokens (token_hash, session_id, created_at) SELECT token_hash, session, now() FROM made""")
        return [(str(account), token) for account, _, _, token in rows]

    def access_token(self, index):
        account, token = self.accounts[index]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/v1/tokens", json.dumps({"refresh_token": token}), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        self.accounts[index] = account, answer["refresh_token"]
        return answer["access_token"]

    def told(self):
        with self.progress:
            self.answers += 1
            self.progress.notify_all()

    def test_every_time_is_had_once_and_nothing_told_is_lost(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                self.storm(self.midnight() + timedelta(days=5 + number))

    def test_moves_that_cross_leave_everybody_where_they_were_told(self):
        day = self.midnight() + timedelta(days=4)
        times, before = self.opened(day, MOVERS + FREE_TIMES)
        movers = self.clients(Mover, MOVERS)
        self.progress, self.answers = threading.Condition(), 0
        deadline = time.monotonic() + PATIENCE_SECONDS
        with ThreadPoolExecutor(MOVERS) as threads:
            list(threads.map(lambda mover, starts_at: mover.fight(starts_at, deadline), movers, times))
            self.assertEqual({mover.confirmed[0] for mover in movers}, {200})
            moves, self.answers = [threads.submit(mover.move_about, times, deadline) for mover in movers], 0
            self.kill_after(MOVERS * MOVES // 3)
            for move in moves:
                move.result()
        stored = self.sql(f"SELECT booking_id, {self.local('starts_at')}, state, sequence, version FROM bookings WHERE doctor_id = {self.doctor} AND {self.on(day)}").splitlines()
        self.assertEqual(sorted(stored), sorted(f"{mover.held[2]['id']}|{mover.starts_at}|confirmed|{mover.moves}|{mover.moves + 2}" for mover in movers))
        self.assert_no_overlap()
        events = self.sql(f"SELECT subject, count(*) FILTER (WHERE name = 'booking.rescheduled'), count(*) FROM outbox_events WHERE event_id > {before} AND name LIKE 'booking.%' GROUP BY 1").splitlines()
        self.assertEqual(sorted(events), sorted(f"{mover.held[2]['id']}|{mover.moves}|{mover.moves + 2}" for mover in movers))
        self.assertEqual(sorted({slot["starts_at"] for slot in self.free(day)} | {mover.starts_at for mover in movers}), times)

    def midnight(self):
        return datetime.now(JOHANNESBURG).replace(hour=0, minute=0, second=0, microsecond=0)

    def opened(self, day, count):
        """Times of a day nobody has yet, and the last event before."""
        opens = day + timedelta(hours=8)
        times = [(opens + timedelta(minutes=SLOT_MINUTES * number)).isoformat() for number in range(count)]
        self.sql(f"INSERT INTO booking_exceptions (doctor_id, practice_id, during, opens, created_by) VALUES ({self.doctor}, {self.practice}, "
                 f"tstzrange('{opens.isoformat()}', '{(opens + timedelta(minutes=SLOT_MINUTES * count)).isoformat()}'), true, '{uuid.uuid4()}')")
        self.assertEqual([slot["starts_at"] for slot in self.free(day)], times)
        return times, int(self.sql("SELECT coalesce(max(event_id), 0) FROM outbox_events"))

    def clients(self, kind, count):
        with ThreadPoolExecutor(16) as threads:
            tokens = list(threads.map(self.access_token, range(count)))
        return [kind(self, account, token) for (account, _), token in zip(self.accounts, tokens)]

    def kill_after(self, answers):
        """Where answers are, not when: a fast machine is killed as often as a slow one."""
        with self.progress:
            self.progress.wait_for(lambda: self.answers >= answers, timeout=PATIENCE_SECONDS)
        self.installation.kill_server()
        self.installation.start_server()

    def on(self, day):
        return f"starts_at >= '{day.isoformat()}' AND starts_at < '{(day + timedelta(days=1)).isoformat()}'"

    def local(self, column):
        return f"to_char({column} AT TIME ZONE 'Africa/Johannesburg', 'YYYY-MM-DD\"T\"HH24:MI:SS+02:00')"

    def assert_no_overlap(self):
        """By a join of every live booking with every other: PostgreSQL's exclusion constraints have no part in it."""
        for owner in ("doctor_id", "person_id"):
            self.assertEqual(self.sql(f"SELECT count(*) FROM bookings a JOIN bookings b ON a.{owner} = b.{owner} AND a.booking_id < b.booking_id"
                                      f" AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.{LIVE} AND b.{LIVE}"), "0")

    def storm(self, day):
        times, before = self.opened(day, SLOTS)
        fighters = self.clients(Fighter, CLIENTS)
        wanted = [times[index % SLOTS] for index in range(CLIENTS)]
        random.shuffle(wanted)

        self.progress, self.answers = threading.Condition(), 0
        started, deadline = time.monotonic(), time.monotonic() + PATIENCE_SECONDS
        with ThreadPoolExecutor(CLIENTS) as threads:
            fights = [threads.submit(fighter.fight, starts_at, deadline) for fighter, starts_at in zip(fighters, wanted)]
            for kill in range(1, KILLS + 1):
                self.kill_after(2 * CLIENTS * kill // (KILLS + 2))
            for fight in fights:
                fight.result()
        seconds = time.monotonic() - started
        self.check(fighters, times, before, day)
        asked, unclear = sum(fighter.asked for fighter in fighters), sum(fighter.unclear for fighter in fighters)
        print(f"\nstorm: {CLIENTS} clients, {SLOTS} times, {KILLS} kills: {seconds:.1f} s, {asked} requests, {unclear} of them without a clear answer", flush=True)
        self.assertGreater(unclear, 0, "the kills disturbed nobody: this showed nothing")

    def check(self, fighters, times, before, day):
        self.assertEqual(collections.Counter(fighter.held[0] for fighter in fighters), {201: SLOTS, 409: CLIENTS - SLOTS})
        self.assertEqual({fighter.held[2]["code"] for fighter in fighters if fighter.held[0] == 409}, {"booking.slot_taken"})
        winners = [fighter for fighter in fighters if fighter.held[0] == 201]
        self.assertEqual({(fighter.confirmed[0], fighter.confirmed[2]["state"]) for fighter in winners}, {(200, "confirmed")})
        self.assertEqual(sorted(fighter.starts_at for fighter in winners), times)
        # What the database has is what they were told, and nothing else.
        stored = self.sql(f"SELECT booking_id, account_id, state, {self.local('starts_at')} FROM bookings WHERE doctor_id = {self.doctor} AND {self.on(day)}").splitlines()
        self.assertEqual(sorted(stored), sorted(f"{fighter.held[2]['id']}|{fighter.account}|confirmed|{fighter.starts_at}" for fighter in winners))
        self.assert_no_overlap()
        # One event, one version and nothing left over for each change.
        events = self.sql(f"SELECT subject, string_agg(name, ' ' ORDER BY event_id) FROM outbox_events WHERE event_id > {before} AND name LIKE 'booking.%' GROUP BY 1").splitlines()
        self.assertEqual(sorted(events), sorted(f"{fighter.held[2]['id']}|booking.held booking.confirmed" for fighter in winners))
        history = self.sql(f"SELECT booking_id, string_agg(state, ' ' ORDER BY version) FROM booking_history WHERE {self.on(day)} GROUP BY 1").splitlines()
        self.assertEqual(sorted(history), sorted(f"{fighter.held[2]['id']}|held confirmed" for fighter in winners))
        self.assertEqual(self.free(day), [])
        # The same key has the same answer for good.
        deadline = time.monotonic() + PATIENCE_SECONDS
        with ThreadPoolExecutor(32) as threads:
            for fighter, again in zip(fighters, threads.map(lambda fighter: fighter.ask_again(deadline), fighters)):
                for (status, _, body), (status_again, headers, body_again) in zip([fighter.held, fighter.confirmed], again):
                    self.assertEqual((status_again, body_again, headers["Idempotent-Replayed"]), (status, body, "true"))

    def free(self, day):
        query = f"from={day.date()}&to={(day + timedelta(days=1)).date()}"
        return self.installation.get(f"/v1/doctors/{self.doctor}/slots?{query}")["data"]


if __name__ == "__main__":
    unittest.main()
