"""Bookings over HTTP, as an app uses them. Run: Tests/ContractTests/run URL [LOG]"""
import random
import statistics
import time
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar

from booking import JOHANNESBURG, Patient, Practice, bookable, doctors, instant, month, slots, sql, today, wish, with_database
from support import JSON_TYPE, LOG, ContractCase, ask, get
from test_openapi import DOCUMENT, mistakes, resolved


def described(method, path, answer):
    """What of an answer is not as the contract has it."""
    operation = DOCUMENT["paths"][path][method]
    response = resolved(operation["responses"][str(answer.status)])
    missing = [name for name, header in response.get("headers", {}).items() if resolved(header).get("required") and name not in answer.headers]
    media_type = (answer.headers["Content-Type"] or "").split(";")[0]
    content = response.get("content", {})
    if media_type not in content:
        return [f"{media_type} is not described"] if media_type or content else missing
    return missing + (mistakes(content[media_type]["schema"], answer.json) if "json" in media_type else [])


class BookingCase(ContractCase):
    def assert_described(self, method, path, answer, status):
        self.assertEqual(answer.status, status, answer.body[:500])
        self.assertEqual(described(method, path, answer), [])
        if status < 300 and path.startswith("/v1/") and "{token}" not in path:
            self.assertIn("no-store", answer.headers["Cache-Control"])
        return answer.json if answer.body else None

    def assert_refused(self, answer, status, code):
        self.assertEqual(self.assert_problem(answer, status)["code"], code)


class FreeTimes(BookingCase):
    @classmethod
    def setUpClass(cls):
        cls.doctor, cls.free = bookable()

    def test_a_month_comes_in_one_call_in_order(self):
        answer = get(f"/v1/doctors/{self.doctor}/slots", {"from": today().date(), "to": (today() + timedelta(days=31)).date()})
        free = self.assert_described("get", "/v1/doctors/{id}/slots", answer, 200)["data"]
        self.assertGreater(len(free), 50)
        starts = [instant(slot["starts_at"]) for slot in free]
        self.assertEqual(starts, sorted(starts))
        self.assertTrue(all(today() <= start < today() + timedelta(days=31) for start in starts))
        self.assertEqual({start.utcoffset() for start in starts}, {timedelta(hours=2)})
        self.assertEqual({slot["kind"] for slot in free}, {"first_visit", "follow_up", "video"})

    def test_the_callers_zone_changes_nothing(self):
        """Also over the nights in which clocks elsewhere change: New York on 1 November and 14 March, London on 28 March."""
        for zone in ("America/New_York", "Europe/London", "Asia/Kolkata", "Pacific/Chatham", "UTC"):
            for day in (today() + timedelta(days=9), today() + timedelta(days=20)):
                span = [(day + timedelta(days=shift)) for shift in (0, 14)]
                asked = [moment.astimezone(ZoneInfo(zone)).isoformat() for moment in span]
                with self.subTest(zone=zone, asked=asked):
                    here = slots(self.doctor, **{"from": span[0].isoformat(), "to": span[1].isoformat()})
                    self.assertTrue(here)
                    self.assertEqual(slots(self.doctor, **{"from": asked[0], "to": asked[1]}), here)

    @with_database
    def test_a_night_with_a_change_of_clocks_abroad_has_the_hours_it_has_here(self):
        """The doctor's horizon is set so far that the next change in New York lies within it."""
        zone = ZoneInfo("America/New_York")
        first = today().astimezone(zone)
        change = next(first + timedelta(days=ahead) for ahead in range(1, 366)
                      if (first + timedelta(days=ahead)).utcoffset() != (first + timedelta(days=ahead - 1)).utcoffset())
        sql(f"UPDATE booking_schedules SET horizon_days = 366 WHERE doctor_id = {self.doctor}")
        try:
            span = [(change + timedelta(days=shift)).replace(tzinfo=None).replace(tzinfo=zone) for shift in (-5, 5)]
            self.assertNotEqual(span[0].utcoffset(), span[1].utcoffset())
            there = slots(self.doctor, kind="first_visit", **{"from": span[0].isoformat(), "to": span[1].isoformat()})
            here = slots(self.doctor, kind="first_visit", **{"from": span[0].astimezone(JOHANNESBURG).isoformat(), "to": span[1].astimezone(JOHANNESBURG).isoformat()})
            self.assertTrue(there)
            self.assertEqual(there, here)
            self.assertTrue(all(span[0] <= instant(slot["starts_at"]) < span[1] for slot in there))
        finally:
            sql(f"UPDATE booking_schedules SET horizon_days = 90 WHERE doctor_id = {self.doctor}")

    def test_filters_leave_what_they_say(self):
        for kind in ("first_visit", "follow_up", "video"):
            free = month(self.doctor, kind=kind)
            self.assertEqual({slot["kind"] for slot in free}, {kind})
        practice = self.free[0]["practice_id"]
        self.assertEqual({slot["practice_id"] for slot in month(self.doctor, practice_id=practice)}, {practice})
        self.assertEqual(month(self.doctor, practice_id="999999999"), [])

    def test_what_is_wrong_is_named(self):
        path = f"/v1/doctors/{self.doctor}/slots"
        for field, query in (("from", {"from": "tomorrow"}), ("to", {"to": "2026-13-01"}), ("kind", {"kind": "chat"}), ("practice_id", {"practice_id": "x"}),
                             ("to", {"from": today().date(), "to": (today() + timedelta(days=90)).date()}), ("to", {"from": "2031-05-02", "to": "2031-05-01"}), ("unknown", {"unknown": 1})):
            with self.subTest(query=query):
                self.assert_problem(get(path, query), 400, field)
        for doctor in ("999999999", "0", "x", "-1", "01"):
            with self.subTest(doctor=doctor):
                self.assert_problem(get(f"/v1/doctors/{doctor}/slots"), 404)

    def test_public_holidays_are_those_of_the_act(self):
        answer = get("/v1/public-holidays", {"year": 2027})
        holidays = {day["date"]: day["name"] for day in self.assert_ok_holidays(answer)}
        # 21 March 2027 is a Sunday: the Monday after it is a public holiday too (Public Holidays Act 36 of 1994, section 2(1)).
        for day in ("2027-01-01", "2027-03-21", "2027-03-22", "2027-03-26", "2027-03-29", "2027-04-27", "2027-05-01", "2027-06-16", "2027-08-09", "2027-09-24",
                    "2027-12-16", "2027-12-25", "2027-12-26", "2027-12-27"):
            self.assertIn(day, holidays)
        self.assert_problem(get("/v1/public-holidays", {"year": 1800}), 400, "year")

    def assert_ok_holidays(self, answer):
        self.assertEqual(answer.status, 200)
        self.assertEqual(described("get", "/v1/public-holidays", answer), [])
        return answer.json["data"]


class Booking(BookingCase):
    def test_a_time_is_held_confirmed_moved_and_cancelled_and_its_history_kept(self):
        patient, (doctor, free) = Patient(), bookable()
        slot = random.choice(free)
        answer = patient.post("/v1/bookings", wish(doctor, slot))
        held = self.assert_described("post", "/v1/bookings", answer, 201)
        self.assertEqual((held["state"], held["version"], answer.headers["ETag"]), ("held", 1, '"1"'))
        self.assertEqual(answer.headers["Location"], f"/v1/bookings/{held['id']}")
        self.assertNotIn(slot, month(doctor))
        path = f"/v1/bookings/{held['id']}"
        extended = self.assert_described("post", "/v1/bookings/{id}/hold-extension", patient.post(path + "/hold-extension"), 200)
        self.assertGreaterEqual(instant(extended["held_until"]), instant(held["held_until"]))
        booking = self.assert_described("post", "/v1/bookings/{id}/confirmation", patient.post(path + "/confirmation", {"reason": "My knee hurts"}), 200)
        self.assertIn(booking["state"], ("confirmed", "pending_approval", "pending_payment"))
        self.assertIsNone(booking["held_until"])
        read = patient.get(path)
        self.assertEqual(self.assert_described("get", "/v1/bookings/{id}", read, 200)["reason"], "My knee hurts")
        other = random.choice([other for other in month(doctor) if other["practice_id"] == slot["practice_id"]])
        moved = self.assert_described("post", "/v1/bookings/{id}/reschedule", patient.post(path + "/reschedule", {"starts_at": other["starts_at"]}, **{"If-Match": read.headers["ETag"]}), 200)
        self.assertEqual((moved["id"], moved["starts_at"], moved["calendar_uid"]), (held["id"], other["starts_at"], held["calendar_uid"]))
        self.assertGreater(moved["sequence"], booking["sequence"])
        self.assertIn(slot, month(doctor))
        cancelled = self.assert_described("post", "/v1/bookings/{id}/cancellation", patient.post(path + "/cancellation", {"reason": "feels_better"}), 200)
        self.assertEqual((cancelled["state"], cancelled["cancellation"]["by"], cancelled["cancellation"]["charged"]["amount_cents"]), ("cancelled", "patient", 0))
        self.assertIn(other, month(doctor))
        history = self.assert_described("get", "/v1/bookings/{id}/history", patient.get(path + "/history"), 200)["data"]
        self.assertEqual([past["version"] for past in history], list(range(1, cancelled["version"] + 1)))
        self.assertEqual([past["state"] for past in history], ["held", "held", booking["state"], booking["state"], "cancelled"])
        self.assertEqual({past["starts_at"] for past in history}, {slot["starts_at"], other["starts_at"]})
        self.assert_refused(patient.post(path + "/cancellation"), 409, "booking.wrong_state")

    def test_a_change_of_what_somebody_else_changed_is_refused(self):
        patient = Patient()
        booking, doctor, free = patient.booked()
        path = f"/v1/bookings/{booking['id']}"
        old = patient.get(path).headers["ETag"]
        first, second = random.sample(free, 2)
        self.assertEqual(patient.post(path + "/reschedule", {"starts_at": first["starts_at"]}, **{"If-Match": old}).status, 200)
        self.assert_refused(patient.post(path + "/reschedule", {"starts_at": second["starts_at"]}, **{"If-Match": old}), 412, "request.version_changed")
        self.assert_refused(patient.post(path + "/cancellation", **{"If-Match": old}), 412, "request.version_changed")
        self.assertEqual(patient.get(path).json["starts_at"], first["starts_at"])
        self.assert_problem(patient.post(path + "/cancellation", **{"If-Match": "3"}), 400, "If-Match")
        self.assertEqual(patient.post(path + "/cancellation", **{"If-Match": "*"}).status, 200)

    def test_a_time_that_is_taken_or_not_offered_is_refused(self):
        first, second, (doctor, free) = Patient(), Patient(), bookable()
        slot = random.choice(free)
        held = first.hold(doctor, slot)
        self.assert_refused(second.post("/v1/bookings", wish(doctor, slot)), 409, "booking.slot_taken")
        beside = wish(doctor, slot) | {"starts_at": (instant(slot["starts_at"]) + timedelta(minutes=7)).isoformat()}
        self.assert_refused(second.post("/v1/bookings", beside), 409, "booking.slot_not_offered")
        midnight = wish(doctor, slot) | {"starts_at": instant(slot["starts_at"]).replace(hour=3).isoformat()}
        self.assert_refused(second.post("/v1/bookings", midnight), 409, "booking.slot_not_offered")
        first.post(f"/v1/bookings/{held['id']}/cancellation")
        second.hold(doctor, slot)

    def test_a_person_is_in_one_place(self):
        patient, (doctor, free) = Patient(), bookable()
        slot = random.choice(free)
        patient.hold(doctor, slot)
        for other in doctors():
            same = [one for one in month(other) if one["starts_at"] == slot["starts_at"]] if other != doctor else []
            if same:
                return self.assert_refused(patient.post("/v1/bookings", wish(other, same[0])), 409, "booking.person_busy")
        self.fail("no other doctor is free at the time")

    def test_a_search_sees_it(self):
        """What is taken leaves the search, what is given back returns to it; how soon is told, not asserted: machines are shared."""
        doctor = next(doctor for doctor in doctors() if len(slots(doctor)) > 5)
        name, waits = get(f"/v1/doctors/{doctor}").json["name"], []

        def seen():
            found = get("/v1/doctors", {"q": name, "interpret": "false", "limit": 100}).json["data"]
            return next(card["next_available"] for card in found if card["id"] == doctor)

        def await_search(since):
            wanted = instant(slots(doctor)[0]["starts_at"])
            while instant(seen()) != wanted:
                self.assertLess(time.monotonic(), since + 10, "the search does not see it")
            waits.append(time.monotonic() - since)

        for _ in range(5):
            patient = Patient()
            held = patient.hold(doctor, slots(doctor)[0])
            await_search(time.monotonic())
            self.assertEqual(patient.post(f"/v1/bookings/{held['id']}/cancellation").status, 200)
            await_search(time.monotonic())
        print(f"a booking shows in search after {statistics.median(waits) * 1000:.0f} ms (median of {len(waits)}), {max(waits) * 1000:.0f} ms at most")

    def test_at_most_three_times_are_held(self):
        patient, (doctor, free) = Patient(), bookable()
        chosen = random.sample(free, 4)
        for slot in chosen[:3]:
            patient.hold(doctor, slot)
        self.assert_refused(patient.post("/v1/bookings", wish(doctor, chosen[3])), 409, "booking.too_many_holds")

    def test_any_doctor_of_a_practice(self):
        patient, (doctor, free) = Patient(), bookable()
        slot = random.choice(free)
        asked = wish(doctor, slot)
        del asked["doctor_id"]
        held = self.assert_described("post", "/v1/bookings", patient.post("/v1/bookings", asked), 201)
        self.assertEqual((held["practice"]["id"], held["starts_at"]), (slot["practice_id"], slot["starts_at"]))

    def test_somebody_elses_booking_is_not_there(self):
        patient, (doctor, free) = Patient(), bookable()
        held = patient.hold(doctor, random.choice(free))
        stranger = Patient()
        for what in ("", "/history", "/calendar.ics"):
            self.assert_refused(stranger.get(f"/v1/bookings/{held['id']}{what}"), 404, "booking.not_found")
        for what, body in (("hold-extension", None), ("confirmation", {}), ("cancellation", {}), ("reschedule", {"starts_at": free[0]["starts_at"]}),
                           ("no-show-dispute", {"statement": "I came"}), ("follow-ups", {"every_days": 7, "count": 1})):
            with self.subTest(what=what):
                self.assert_refused(stranger.post(f"/v1/bookings/{held['id']}/{what}", body), 404, "booking.not_found")
        for what in ("approval", "check-in", "completion", "no-show", "dispute-decision"):
            self.assert_refused(patient.post(f"/v1/bookings/{held['id']}/{what}", {}), 403, "request.forbidden")
        self.assertEqual(patient.get(f"/v1/bookings/{held['id']}").json["state"], "held")
        for path in ("/v1/bookings", f"/v1/bookings/{held['id']}", "/v1/waitlist-entries", "/fhir/Appointment"):
            self.assert_problem(get(path), 401)

    def test_a_list_is_ones_own_in_pages(self):
        patient, (doctor, free) = Patient(), bookable()
        chosen = sorted(random.sample(free, 3), key=lambda slot: slot["starts_at"])
        for slot in chosen:
            held = patient.hold(doctor, slot)
            patient.post(f"/v1/bookings/{held['id']}/confirmation")
        whole = self.assert_described("get", "/v1/bookings", patient.get("/v1/bookings"), 200)
        self.assertEqual([booking["starts_at"] for booking in whole["data"]], [slot["starts_at"] for slot in chosen])
        paged, cursor = [], {}
        for _ in range(4):
            page = patient.get("/v1/bookings", {"limit": 1, **cursor}).json
            paged += page["data"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        self.assertEqual(paged, whole["data"])
        self.assert_problem(Patient().get("/v1/bookings", cursor), 400, "cursor")
        self.assertEqual(patient.get("/v1/bookings", {"when": "past"}).json["data"], [])

    def test_what_is_wrong_is_named_and_nothing_is_done(self):
        patient, (doctor, free) = Patient(), bookable()
        good = wish(doctor, free[0])
        for field, value in (("doctor_id", 12), ("doctor_id", "x"), ("practice_id", None), ("practice_id", "0"), ("kind", "chat"), ("kind", None), ("starts_at", "tomorrow"),
                             ("starts_at", "2026-12-01"), ("starts_at", None), ("person_id", "me"), ("override_reason", "x" * 201), ("unknown", 1)):
            with self.subTest(field=field, value=str(value)[:20]):
                self.assert_problem(patient.post("/v1/bookings", good | {field: value}), 400, field)
        self.assert_problem(patient.post("/v1/bookings", good | {"person_id": str(uuid.uuid4())}), 403, "person_id")
        self.assert_problem(patient.post("/v1/bookings", good | {"override_reason": "I want it"}), 403)
        self.assert_problem(patient.post("/v1/bookings", b"{", **JSON_TYPE), 400)
        self.assert_problem(patient.post("/v1/bookings", b"a=b", **{"Content-Type": "application/x-www-form-urlencoded"}), 415)
        self.assertEqual(patient.get("/v1/bookings").json["data"], [])
        held = patient.hold(doctor, free[0])
        path = f"/v1/bookings/{held['id']}"
        for what, body, field in (("confirmation", {"reason": "x" * 1001}, "reason"), ("cancellation", {"reason": "rain"}, "reason"), ("reschedule", {}, "starts_at"), ("follow-ups", {"count": 0, "every_days": 1}, "count"),
                                  ("follow-ups", {"count": 1}, "every_days"), ("no-show-dispute", {}, "statement"), ("hold-extension", {"minutes": 10}, "minutes")):
            with self.subTest(what=what, body=str(body)[:30]):
                self.assert_problem(patient.post(f"{path}/{what}", body), 400, field)
        self.assert_problem(patient.get(path, {"unknown": 1}), 400, "unknown")
        for nothing in ("x", str(uuid.uuid4())):
            self.assert_refused(patient.get(f"/v1/bookings/{nothing}"), 404, "booking.not_found")


class Idempotency(BookingCase):
    def test_the_same_key_has_the_same_answer_and_one_booking(self):
        patient, (doctor, free) = Patient(), bookable()
        asked, key = wish(doctor, random.choice(free)), uuid.uuid4().hex
        first, again = patient.post("/v1/bookings", asked, key), patient.post("/v1/bookings", asked, key)
        self.assertEqual((first.status, first.headers["Idempotent-Replayed"]), (201, None))
        self.assertEqual((again.status, again.headers["Idempotent-Replayed"], again.body), (201, "true", first.body))
        self.assertEqual([again.headers[name] for name in ("ETag", "Location", "Content-Type")], [first.headers[name] for name in ("ETag", "Location", "Content-Type")])
        self.assertEqual(len(patient.get("/v1/bookings").json["data"]), 1)
        confirmed, other_path = patient.post(first.headers["Location"] + "/confirmation", {}, key), first.headers["Location"]
        self.assert_refused(confirmed, 422, "request.idempotency_key_reused")
        self.assert_refused(patient.post("/v1/bookings", asked | {"kind": "video"}, key), 422, "request.idempotency_key_reused")
        self.assertEqual(patient.get(other_path).json["state"], "held")

    def test_a_refusal_is_an_answer_too(self):
        first, second, (doctor, free) = Patient(), Patient(), bookable()
        asked, key = wish(doctor, random.choice(free)), uuid.uuid4().hex
        held = first.post("/v1/bookings", asked).json
        refused = second.post("/v1/bookings", asked, key)
        self.assert_refused(refused, 409, "booking.slot_taken")
        first.post(f"/v1/bookings/{held['id']}/cancellation")
        again = second.post("/v1/bookings", asked, key)
        self.assertEqual((again.status, again.body, again.headers["Idempotent-Replayed"]), (409, refused.body, "true"))
        self.assertEqual(second.post("/v1/bookings", asked).status, 201)

    def test_keys_are_the_accounts_own(self):
        (doctor, free), key = bookable(), uuid.uuid4().hex
        first, second = random.sample(free, 2)
        self.assertEqual(Patient().post("/v1/bookings", wish(doctor, first), key).status, 201)
        self.assertEqual(Patient().post("/v1/bookings", wish(doctor, second), key).status, 201)

    def test_a_missing_or_malformed_key_is_named(self):
        patient, (doctor, free) = Patient(), bookable()
        asked = wish(doctor, free[0])
        self.assert_problem(ask("POST", "/v1/bookings", body=asked, headers=patient.headers), 400, "Idempotency-Key", "required")
        for key in ("x" * 256, "schlüssel"):
            with self.subTest(key=key[:10]):
                self.assert_problem(patient.post("/v1/bookings", asked, key), 400, "Idempotency-Key", "not_allowed")
        self.assertEqual(patient.get("/v1/bookings").json["data"], [])

    def test_ten_at_once_are_one_booking(self):
        patient, (doctor, free) = Patient(), bookable()
        asked, key = wish(doctor, random.choice(free)), uuid.uuid4().hex
        with ThreadPoolExecutor(10) as threads:
            answers = list(threads.map(lambda _: patient.post("/v1/bookings", asked, key), range(10)))
        self.assertEqual([answer.status for answer in answers], [201] * 10)
        self.assertEqual(len({answer.json["id"] for answer in answers}), 1)
        self.assertEqual([answer.headers["Idempotent-Replayed"] for answer in answers].count("true"), 9)
        self.assertEqual(len(patient.get("/v1/bookings").json["data"]), 1)


class FollowUpsAndWaiting(BookingCase):
    def test_follow_ups_are_booked_or_told_why_not(self):
        patient = Patient()
        first, doctor, _ = patient.booked(kind="follow_up")
        answer = patient.post(f"/v1/bookings/{first['id']}/follow-ups", {"every_days": 7, "count": 12})
        told = self.assert_described("post", "/v1/bookings/{id}/follow-ups", answer, 200)["data"]
        self.assertEqual([instant(one["starts_at"]) for one in told], [instant(first["starts_at"]) + timedelta(days=7 * number) for number in range(1, 13)])
        booked = [one for one in told if "booking_id" in one]
        # Hours of the samples are weekly, so what is within the horizon is free or somebody's; what is beyond is not offered.
        self.assertTrue(booked)
        self.assertTrue(any(one.get("code") == "booking.slot_not_offered" for one in told), told)
        for one in booked:
            booking = patient.get(f"/v1/bookings/{one['booking_id']}").json
            self.assertEqual((booking["kind"], booking["starts_at"], booking["state"]), ("follow_up", one["starts_at"], one["state"]))
        self.assert_problem(ask("POST", f"/v1/bookings/{first['id']}/follow-ups", body={"every_days": 7, "count": 1}, headers=patient.headers), 400, "Idempotency-Key")

    def test_a_place_on_the_waiting_list(self):
        first, waiting, (doctor, free) = Patient(), Patient(), bookable()
        slot = random.choice(free)
        held = first.hold(doctor, slot)
        first.post(f"/v1/bookings/{held['id']}/confirmation")
        asked = {"doctor_id": doctor, "practice_id": slot["practice_id"], "kind": slot["kind"], "from": slot["starts_at"], "until": slot["ends_at"]}
        entry = self.assert_described("post", "/v1/waitlist-entries", waiting.post("/v1/waitlist-entries", asked), 201)
        self.assert_refused(waiting.post("/v1/waitlist-entries", asked), 409, "booking.already_waiting")
        listed = self.assert_described("get", "/v1/waitlist-entries", waiting.get("/v1/waitlist-entries"), 200)["data"]
        self.assertEqual(listed, [entry])
        self.assertEqual(first.post(f"/v1/bookings/{held['id']}/cancellation").status, 200)
        offer = self.eventually(lambda: [one for one in waiting.get("/v1/bookings").json["data"] if one["state"] == "held"])[0]
        self.assertEqual(offer["starts_at"], slot["starts_at"])
        self.assertEqual(waiting.get("/v1/waitlist-entries").json["data"][0]["state"], "offered")
        self.assert_refused(first.post("/v1/bookings", wish(doctor, slot)), 409, "booking.slot_taken")
        taken = waiting.post(f"/v1/bookings/{offer['id']}/confirmation").json
        self.assertIn(taken["state"], ("confirmed", "pending_approval", "pending_payment"))
        self.assertEqual(waiting.get("/v1/waitlist-entries").json["data"], [])

    def test_leaving_the_waiting_list(self):
        patient, (doctor, free) = Patient(), bookable()
        asked = {"doctor_id": doctor, "practice_id": free[0]["practice_id"], "kind": "first_visit", "until": free[0]["starts_at"]}
        entry = patient.post("/v1/waitlist-entries", asked).json
        self.assert_problem(Patient().delete(f"/v1/waitlist-entries/{entry['id']}"), 404)
        self.assertEqual(patient.delete(f"/v1/waitlist-entries/{entry['id']}").status, 204)
        self.assertEqual(patient.get("/v1/waitlist-entries").json["data"], [])
        self.assertEqual(patient.post("/v1/waitlist-entries", asked).status, 201)
        for field in ("doctor_id", "practice_id", "kind", "until"):
            self.assert_problem(patient.post("/v1/waitlist-entries", {name: value for name, value in asked.items() if name != field}), 400, field, "required")

    def eventually(self, found):
        import time
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if answer := found():
                return answer
            time.sleep(0.1)
        self.fail("did not come true in time")


class CalendarFiles(BookingCase):
    def event(self, patient, booking):
        answer = patient.get(f"/v1/bookings/{booking['id']}/calendar.ics")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        self.assert_well_formed(answer.body)
        calendar = icalendar.Calendar.from_ical(answer.body)
        self.assertEqual(calendar.errors, [])
        self.assertEqual((str(calendar["VERSION"]), str(calendar["CALSCALE"])), ("2.0", "GREGORIAN"))
        [event] = calendar.walk("VEVENT")
        self.assertEqual(event.errors, [])
        return str(calendar["METHOD"]), event

    def assert_well_formed(self, body):
        self.assertTrue(body.endswith(b"END:VCALENDAR\r\n"))
        self.assertEqual(body.count(b"\n"), body.count(b"\r\n"))
        self.assertEqual(body.count(b"\r"), body.count(b"\r\n"))
        for line in body.split(b"\r\n"):
            self.assertLessEqual(len(line), 75, line)
            line.decode("utf-8")  # no line ends inside a character

    def test_a_booking_keeps_its_uid_and_its_sequence_rises(self):
        patient = Patient()
        booking, doctor, free = patient.booked(reason="burning when I pee")
        method, event = self.event(patient, booking)
        self.assertEqual((method, event["STATUS"], event["CLASS"]), ("PUBLISH", "CONFIRMED", "PRIVATE"))
        self.assertEqual((event["DTSTART"].dt, event["DTEND"].dt), (instant(booking["starts_at"]), instant(booking["ends_at"])))
        self.assertEqual((str(event["UID"]), int(event["SEQUENCE"])), (booking["calendar_uid"], booking["sequence"]))
        self.assertNotIn("pee", event.to_ical().decode())
        self.assertEqual(len(event.walk("VALARM")), 1)
        seen = [(str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt)]
        for slot in random.sample(free, 2):
            self.assertEqual(patient.post(f"/v1/bookings/{booking['id']}/reschedule", {"starts_at": slot["starts_at"]}).status, 200)
            _, event = self.event(patient, booking)
            self.assertEqual(event["DTSTART"].dt, instant(slot["starts_at"]))
            seen.append((str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt))
        self.assertEqual(patient.post(f"/v1/bookings/{booking['id']}/cancellation").status, 200)
        method, event = self.event(patient, booking)
        self.assertEqual((method, event["STATUS"], len(event.walk("VALARM"))), ("CANCEL", "CANCELLED", 0))
        seen.append((str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt))
        self.assertEqual(len({uid for uid, _, _ in seen}), 1)
        sequences = [sequence for _, sequence, _ in seen]
        self.assertTrue(all(later > earlier for earlier, later in zip(sequences, sequences[1:])), sequences)
        self.assertEqual([stamp for _, _, stamp in seen], sorted(stamp for _, _, stamp in seen))

    @with_database
    def test_words_with_signs_and_long_ones_survive_folding(self):
        """A doctor's name and a practice with everything that RFC 5545 escapes, and characters of two to four bytes around the fold."""
        patient = Patient()
        booking, doctor, _ = patient.booked()
        name, place = sql(f"SELECT display_name FROM doctors WHERE doctor_id = {doctor}"), booking["practice"]["id"]
        practice = sql(f"SELECT name FROM practices WHERE practice_id = {place}")
        hard = "Dr Zoë; Mbâlî, née O'Čapek \\ 𝒜" + "ñé" * 40
        try:
            sql(f"UPDATE doctors SET display_name = $t${hard[:100]}$t$ WHERE doctor_id = {doctor}")
            sql(f"UPDATE practices SET name = $t${hard[:100]}$t$ WHERE practice_id = {place}")
            _, event = self.event(patient, booking)
            self.assertEqual(str(event["SUMMARY"]), f"Appointment: {hard[:100]}")
            self.assertTrue(str(event["LOCATION"]).startswith(hard[:100]))
        finally:
            sql(f"UPDATE doctors SET display_name = $t${name}$t$ WHERE doctor_id = {doctor}")
            sql(f"UPDATE practices SET name = $t${practice}$t$ WHERE practice_id = {place}")

    @with_database
    def test_the_feed_of_a_doctor_shows_initials_and_ends(self):
        patient = Patient()
        booking, doctor, _ = patient.booked(reason="a lump")
        practice = Practice(booking["practice"]["id"])
        path = self.assert_described("post", "/v1/doctors/{id}/calendar-feed", practice.post(f"/v1/doctors/{doctor}/calendar-feed"), 201)["path"]
        answer = get(path)
        self.assert_well_formed(answer.body)
        calendar = icalendar.Calendar.from_ical(answer.body)
        self.assertEqual(calendar.errors, [])
        events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
        self.assertIn(booking["calendar_uid"], events)
        self.assertNotIn("lump", answer.body.decode())
        self.assertEqual(practice.delete(f"/v1/doctors/{doctor}/calendar-feed").status, 204)
        self.assert_problem(get(path), 404)


@with_database
class PracticesWork(BookingCase):
    @classmethod
    def setUpClass(cls):
        cls.patient = Patient()
        cls.booking, cls.doctor, cls.free = cls.patient.booked(reason="a sore knee")
        cls.practice = Practice(cls.booking["practice"]["id"])
        cls.schedule_path = f"/v1/doctors/{cls.doctor}/schedules/{cls.booking['practice']['id']}"

    def test_the_day_shows_who_comes_and_somebody_elses_practice_does_not(self):
        day = instant(self.booking["starts_at"]).date()
        query = {"from": day, "to": day + timedelta(days=1)}
        seen = self.assert_described("get", "/v1/doctors/{id}/bookings", self.practice.get(f"/v1/doctors/{self.doctor}/bookings", query), 200)["data"]
        self.assertIn(self.booking["id"], [one["booking"]["id"] for one in seen])
        self.assertEqual(self.practice.get(f"/v1/bookings/{self.booking['id']}").json["reason"], "a sore knee")
        other = next(doctor for doctor in doctors() if doctor != self.doctor and slots(doctor) and slots(doctor)[0]["practice_id"] != self.booking["practice"]["id"])
        self.assert_problem(self.practice.get(f"/v1/doctors/{other}/bookings", query), 403)
        self.assert_problem(self.patient.get(f"/v1/doctors/{self.doctor}/bookings", query), 403)
        self.assertGreater(int(sql(f"SELECT count(*) FROM audit_log WHERE actor = '{self.practice.account}' AND action = 'booking.view-day'")), 0)

    def test_hours_are_replaced_only_in_the_version_that_was_seen(self):
        read = self.practice.get(self.schedule_path)
        schedule = self.assert_described("get", "/v1/doctors/{id}/schedules/{practice}", read, 200)
        draft = {name: value for name, value in schedule.items() if name not in ("doctor_id", "practice_id", "exceptions", "version")}
        put = lambda body, **headers: ask("PUT", self.schedule_path, body=body, headers=self.practice.headers | headers)
        self.assert_problem(put(draft), 428)
        self.assert_problem(put(draft, **{"If-None-Match": "*"}), 412)
        changed = self.assert_described("put", "/v1/doctors/{id}/schedules/{practice}", put(draft, **{"If-Match": read.headers["ETag"]}), 200)
        self.assertEqual(changed | {"version": schedule["version"]}, schedule)
        self.assert_problem(put(draft, **{"If-Match": read.headers["ETag"]}), 412)
        for field, value in (("kinds", []), ("hours", [{"weekday": 8, "from": "08:00", "until": "09:00"}]), ("horizon_days", 0), ("new_patients", "some"), ("unknown", 1)):
            with self.subTest(field=field):
                answer = put(draft | {field: value}, **{"If-Match": f'"{changed["version"]}"'})
                self.assertEqual(answer.status, 400)
                self.assertTrue(any(error["field"].startswith(field) for error in answer.json["errors"]), answer.json)

    def test_leave_closes_times_and_names_the_bookings_in_it(self):
        day = instant(self.booking["starts_at"]).date()
        answer = self.practice.post(f"/v1/doctors/{self.doctor}/exceptions", {"opens": False, "practice_id": self.booking["practice"]["id"], "from": str(day), "until": str(day + timedelta(days=1))})
        added = self.assert_described("post", "/v1/doctors/{id}/exceptions", answer, 201)
        self.assertIn(self.booking["id"], added["affected_booking_ids"])
        self.assertEqual(slots(self.doctor, **{"from": day, "to": day + timedelta(days=1), "practice_id": self.booking["practice"]["id"]}), [])
        self.assertEqual(self.practice.delete(f"/v1/doctors/{self.doctor}/exceptions/{added['exception']['id']}").status, 204)
        self.assertTrue(slots(self.doctor, **{"from": day, "to": day + timedelta(days=1)}))
        self.assert_problem(self.practice.delete(f"/v1/doctors/{self.doctor}/exceptions/{added['exception']['id']}"), 404)

    def test_staff_may_go_beyond_the_hours_and_it_is_written_down(self):
        at = (today() + timedelta(days=12)).replace(hour=22, minute=random.choice(range(0, 60, 5)))
        asked = {"doctor_id": self.doctor, "practice_id": self.booking["practice"]["id"], "kind": "first_visit", "starts_at": at.isoformat()}
        self.assert_refused(self.practice.post("/v1/bookings", asked), 409, "booking.slot_not_offered")
        held = self.practice.post("/v1/bookings", asked | {"override_reason": "An emergency"})
        self.assertEqual(held.status, 201, held.body)
        self.assertEqual(sql(f"SELECT count(*) FROM audit_log WHERE actor = '{self.practice.account}' AND action = 'booking.override'"), "1")
        self.practice.post(f"/v1/bookings/{held.json['id']}/cancellation")

    def test_a_visit_goes_on_and_a_missed_one_can_be_disputed_once(self):
        patient = Patient()
        booking, doctor, _ = patient.booked()
        practice, path = Practice(booking["practice"]["id"]), f"/v1/bookings/{booking['id']}"
        self.assert_refused(practice.post(path + "/no-show"), 409, "booking.not_yet_started")
        sql(f"UPDATE bookings SET starts_at = starts_at - shift, ends_at = ends_at - shift, takes = tstzrange(lower(takes) - shift, upper(takes) - shift)"
            f" FROM (SELECT starts_at - now() + interval '2 hours' AS shift FROM bookings WHERE booking_id = '{booking['id']}') AS past WHERE booking_id = '{booking['id']}'")
        self.assertEqual(self.assert_described("post", "/v1/bookings/{id}/no-show", practice.post(path + "/no-show"), 200)["state"], "no_show")
        answer = patient.post(path + "/no-show-dispute", {"statement": "I signed the register"})
        self.assertEqual(self.assert_described("post", "/v1/bookings/{id}/no-show-dispute", answer, 200)["state"], "no_show")
        self.assert_refused(patient.post(path + "/no-show-dispute", {"statement": "Again"}), 409, "booking.dispute_closed")
        decided = self.assert_described("post", "/v1/bookings/{id}/dispute-decision", practice.post(path + "/dispute-decision", {"came": True}), 200)
        self.assertEqual(decided["state"], "completed")
        self.assert_refused(practice.post(path + "/dispute-decision", {"came": False}), 409, "booking.dispute_closed")


class Privacy(BookingCase):
    @unittest.skipUnless(LOG, "needs the log")
    def test_no_reason_and_no_token_is_in_the_log_or_the_metrics(self):
        secret, key = f"zebra{uuid.uuid4().hex}", f"key{uuid.uuid4().hex}"
        patient = Patient()
        booking, _, _ = patient.booked(reason=secret)
        patient.post(f"/v1/bookings/{booking['id']}/cancellation", {}, key)
        log = Path(LOG).read_text(encoding="utf-8", errors="replace")
        self.assertIn("/v1/bookings", log)
        for private in (secret, key, patient.tokens["access_token"], patient.tokens["access_token"][-30:], patient.tokens["refresh_token"]):
            self.assertNotIn(private, log)
            self.assertNotIn(private.encode(), get("/metrics").body)

    @with_database
    def test_the_reason_is_kept_sealed_and_in_no_event(self):
        secret = f"zebra{uuid.uuid4().hex}"
        booking, _, _ = Patient().booked(reason=secret)
        stored = sql(f"SELECT to_jsonb(b) FROM bookings b WHERE booking_id = '{booking['id']}'")
        self.assertIn("sealed_reason", stored)
        self.assertNotIn(secret, stored)
        for table in ("outbox_events", "idempotency_keys", "audit_log"):
            self.assertEqual(sql(f"SELECT count(*) FROM {table} t WHERE to_jsonb(t)::text LIKE '%{secret}%'"), "0")
        self.assertEqual(sql(f"SELECT count(*) FROM idempotency_keys WHERE position('{secret}'::bytea IN body) > 0"), "0")


if __name__ == "__main__":
    unittest.main()
