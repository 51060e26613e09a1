"""The FHIR R4 read side, judged by the models of fhir.resources. Run: Tests/ContractTests/run URL [LOG]

R4B (4.3.0) is the closest to R4 (4.0.1) that the library has; the two do not differ in any resource or element that the server writes.
"""
import random
import unittest
from datetime import timedelta

from fhir.resources.R4B import get_fhir_model_class

from booking import Patient, bookable, instant, slots, today
from support import ContractCase, ask, get
from test_booking import described

# Codes are not checked by the models: http://hl7.org/fhir/R4/valueset-appointmentstatus.html, -participationstatus.html
APPOINTMENT_STATUSES = {"proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in", "waitlist"}
PARTICIPATION_STATUSES = {"accepted", "declined", "tentative", "needs-action"}


class FHIRCase(ContractCase):
    def resource(self, path, query=None, patient=None, status=200, described_as=None):
        """What an address answers, as the library's model of it."""
        answer = ask("GET", path, query, headers=patient.headers if patient else {})
        self.assertEqual(answer.status, status, answer.body[:500])
        self.assertEqual(answer.headers["Content-Type"], "application/fhir+json; fhirVersion=4.0")
        if described_as:
            self.assertEqual(described("get", described_as, answer), [])
        self.assert_no_empty(answer.json, path)
        return get_fhir_model_class(answer.json["resourceType"]).model_validate(answer.json)

    def assert_no_empty(self, value, place):
        """FHIR's JSON has no empty arrays, objects, texts or nulls (http://hl7.org/fhir/R4/json.html)."""
        if isinstance(value, (dict, list)):
            self.assertTrue(value, place)
            for name, member in value.items() if isinstance(value, dict) else enumerate(value):
                self.assert_no_empty(member, f"{place}.{name}")
        else:
            self.assertNotIn(value, (None, ""), place)

    def entries(self, bundle, kind):
        self.assertEqual((bundle.get_resource_type(), bundle.type), ("Bundle", "searchset"))
        self.assertEqual([link.relation for link in bundle.link], ["self"])
        entries = bundle.entry or []
        self.assertEqual(bundle.total, len(entries))
        self.assertEqual({(entry.resource.get_resource_type(), entry.search.mode) for entry in entries} - {(kind, "match")}, set())
        return [entry.resource for entry in entries]

    def assert_outcome(self, path, query=None, status=400, patient=None):
        outcome = self.resource(path, query, patient, status)
        self.assertEqual(outcome.get_resource_type(), "OperationOutcome")
        self.assertEqual([(issue.severity, issue.code) for issue in outcome.issue], [("error", "not-found" if status == 404 else "invalid")])


class Resources(FHIRCase):
    @classmethod
    def setUpClass(cls):
        cls.doctor, cls.free = bookable()
        cls.schedule = f"{cls.doctor}-{cls.free[0]['practice_id']}"

    def test_the_capability_statement_names_what_there_is(self):
        statement = self.resource("/fhir/metadata", described_as="/fhir/metadata")
        self.assertEqual((statement.fhirVersion, statement.kind, statement.status), ("4.0.1", "instance", "active"))
        self.assertIn("application/fhir+json", statement.format)
        [rest] = statement.rest
        self.assertEqual(rest.mode, "server")
        told = {part.type: ({one.code for one in part.interaction}, {one.name for one in part.searchParam or []}) for part in rest.resource}
        self.assertEqual(told["Practitioner"], ({"read"}, set()))
        self.assertEqual(told["Schedule"], ({"read", "search-type"}, {"actor"}))
        self.assertEqual(told["Slot"], ({"search-type"}, {"schedule", "start", "status"}))
        self.assertEqual(told["Appointment"], ({"read", "search-type"}, set()))

    def test_a_practitioner(self):
        practitioner = self.resource(f"/fhir/Practitioner/{self.doctor}", described_as="/fhir/Practitioner/{id}")
        profile = get(f"/v1/doctors/{self.doctor}").json
        self.assertEqual((practitioner.id, practitioner.name[0].text, practitioner.active), (self.doctor, profile["name"], True))

    def test_schedules_of_a_practitioner(self):
        found = self.entries(self.resource("/fhir/Schedule", {"actor": f"Practitioner/{self.doctor}"}, described_as="/fhir/Schedule"), "Schedule")
        self.assertIn(self.schedule, [schedule.id for schedule in found])
        for schedule in found:
            self.assertEqual([actor.reference for actor in schedule.actor], [f"Practitioner/{self.doctor}"])
            self.assertLess(schedule.planningHorizon.start, schedule.planningHorizon.end)
            self.assertEqual(self.resource(f"/fhir/Schedule/{schedule.id}", described_as="/fhir/Schedule/{id}"), schedule)
        self.assertEqual(self.entries(self.resource("/fhir/Schedule", {"actor": "Practitioner/999999999"}, described_as="/fhir/Schedule"), "Schedule"), [])

    def test_slots_are_the_free_times_whatever_the_order_of_the_bounds(self):
        first, last = (today() + timedelta(days=10)), (today() + timedelta(days=17))
        free = slots(self.doctor, **{"from": first.date(), "to": last.date()})
        bounds = [f"ge{first.date()}", f"lt{last.date()}"]
        for start in (bounds, bounds[::-1], [f"ge{first.isoformat()}", f"lt{last.isoformat()}"], [f"gt{(first - timedelta(days=1)).date()}", f"le{(last - timedelta(days=1)).date()}"]):
            with self.subTest(start=start):
                found = self.entries(self.resource("/fhir/Slot", {"schedule": f"Schedule/{self.schedule}", "start": start}, described_as="/fhir/Slot"), "Slot")
                self.assertEqual([(slot.start, slot.end) for slot in found], [(instant(one["starts_at"]), instant(one["ends_at"])) for one in free])
        self.assertEqual({slot.status for slot in found}, {"free"})
        self.assertEqual({slot.schedule.reference for slot in found}, {f"Schedule/{self.schedule}"})
        self.assertEqual(len({slot.id for slot in found}), len(found))
        day = instant(free[0]["starts_at"]).date()
        for start in (str(day), f"eq{day}"):
            found = self.entries(self.resource("/fhir/Slot", {"schedule": f"Schedule/{self.schedule}", "start": start}), "Slot")
            self.assertEqual({slot.start.date() for slot in found}, {day})

    def test_searches_that_find_nothing(self):
        schedule = f"Schedule/{self.schedule}"
        for query in ({"schedule": schedule, "status": "busy"}, {"schedule": schedule, "start": "lt2020-01-01"}, {"schedule": schedule, "start": ["ge2026-12-08", "lt2026-12-01"]},
                      {"schedule": "Schedule/999999999-1"}, {"schedule": schedule, "start": "ge9999-12-31"}):
            with self.subTest(query=query):
                self.assertEqual(self.entries(self.resource("/fhir/Slot", query, described_as="/fhir/Slot"), "Slot"), [])

    def test_what_cannot_be_answered_is_an_outcome(self):
        schedule = f"Schedule/{self.schedule}"
        for path, query in (("/fhir/Slot", {}), ("/fhir/Slot", {"schedule": "Schedule/x"}), ("/fhir/Slot", {"schedule": [schedule, schedule]}), ("/fhir/Slot", {"schedule": schedule, "start": "soon"}),
                            ("/fhir/Slot", {"schedule": schedule, "start": "sa2026-12-01"}), ("/fhir/Slot", {"schedule": schedule, "status": "open"}), ("/fhir/Slot", {"schedule": schedule, "specialty": "x"}),
                            ("/fhir/Schedule", {}), ("/fhir/Schedule", {"actor": "12"}), ("/fhir/Schedule", {"actor": "Location/1"}), ("/fhir/Schedule", {"actor": f"Practitioner/{self.doctor}", "date": "2026-12-01"}),
                            ("/fhir/metadata", {"_format": "xml"})):
            with self.subTest(path=path, query=query):
                self.assert_outcome(path, query)
        for path in ("/fhir/Practitioner/999999999", "/fhir/Practitioner/01", "/fhir/Practitioner/x", "/fhir/Schedule/1", "/fhir/Schedule/1-2-3", f"/fhir/Schedule/+{self.schedule}", "/fhir/Schedule/999999999-1"):
            with self.subTest(path=path):
                self.assert_outcome(path, status=404)
        self.resource("/fhir/metadata", {"_format": "application/fhir+json"})


class Appointments(FHIRCase):
    def test_a_bookings_states_are_those_of_fhir(self):
        patient, (doctor, free) = Patient(), bookable()
        held = patient.hold(doctor, random.choice(free))
        path = f"/fhir/Appointment/{held['id']}"
        appointment = self.resource(path, patient=patient, described_as="/fhir/Appointment/{id}")
        self.assertEqual((appointment.id, appointment.status, appointment.meta.versionId), (held["id"], "proposed", "1"))
        self.assertEqual((appointment.start, appointment.end), (instant(held["starts_at"]), instant(held["ends_at"])))
        self.assertEqual([actor.actor.reference for actor in appointment.participant], [f"Practitioner/{doctor}", f"Patient/{held['person_id']}"])
        booking = patient.post(f"/v1/bookings/{held['id']}/confirmation", {"reason": "a lump"}).json
        booked = self.resource(path, patient=patient)
        self.assertEqual(booked.status, {"confirmed": "booked", "pending_approval": "pending", "pending_payment": "proposed"}[booking["state"]])
        self.assertNotIn("lump", booked.model_dump_json())
        found = self.entries(self.resource("/fhir/Appointment", patient=patient, described_as="/fhir/Appointment"), "Appointment")
        self.assertEqual(found, [booked])
        patient.post(f"/v1/bookings/{held['id']}/cancellation")
        cancelled = self.resource(path, patient=patient, described_as="/fhir/Appointment/{id}")
        self.assertEqual(cancelled.status, "cancelled")
        for one in (appointment, booked, cancelled):
            self.assertIn(one.status, APPOINTMENT_STATUSES)
            self.assertLessEqual({participant.status for participant in one.participant}, PARTICIPATION_STATUSES)

    def test_somebody_elses_is_not_there(self):
        patient, stranger, (doctor, free) = Patient(), Patient(), bookable()
        held = patient.hold(doctor, random.choice(free))
        self.assert_outcome(f"/fhir/Appointment/{held['id']}", status=404, patient=stranger)
        self.assert_outcome("/fhir/Appointment/x", status=404, patient=stranger)
        self.assertEqual(self.entries(self.resource("/fhir/Appointment", patient=stranger, described_as="/fhir/Appointment"), "Appointment"), [])
        self.assertEqual(get(f"/fhir/Appointment/{held['id']}").status, 401)
        self.assert_outcome("/fhir/Appointment", {"date": "2026-12-01"}, patient=patient)


if __name__ == "__main__":
    unittest.main()
