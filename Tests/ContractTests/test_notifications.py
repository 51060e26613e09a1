"""Messages as they arrive: at a mail server by others, and at stand-ins for Twilio and FCM. Bookings and their events are written by SQL,
in one transaction as Booking does. Needs no running server.
"""
import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

from installation import CHECKOUT, Installation

SOUTH_AFRICA = timezone(timedelta(hours=2))
STATUS_PATH = "/v1/webhooks/twilio/status"
PUBLIC_URL = "https://site.example"


def is_quiet():
    """Whether reminders wait for the morning now."""
    return not 7 <= datetime.now(SOUTH_AFRICA).hour < 21


class NotificationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.there = Installation()
        cls.addClassCleanup(cls.there.close)
        cls.peers = subprocess.Popen([sys.executable, str(CHECKOUT / "Tests/ContractTests/notification_peers.py"), str(cls.there.folder)],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.peers.communicate)
        cls.places = json.loads(cls.peers.stdout.readline())
        # The other server would send as well, to its log.
        cls.there.stop_server()
        cls.there.environment |= {
            "RTD_CODES_TO_CONSOLE": "false", "RTD_BASE_URL": PUBLIC_URL, "RTD_SMTP_URL": cls.places["smtp"],
            "RTD_MAIL_FROM": "RateTheDoctor <no-reply@ratethedoctor.example>", "RTD_TWILIO_ACCOUNT_SID": "AC1",
            "RTD_TWILIO_AUTH_TOKEN": "token", "RTD_TWILIO_FROM": "+27110000000", "RTD_TWILIO_BASE_URL": cls.places["http"],
            "RTD_FCM_SERVICE_ACCOUNT": cls.places["service_account"], "RTD_FCM_BASE_URL": cls.places["http"]}
        cls.there.start_server()
        cls.number = 0

    def setUp(self):
        urllib.request.urlopen(urllib.request.Request(self.places["http"] + "/reset", data=b"{}"), timeout=10).close()

    def seen(self):
        with urllib.request.urlopen(self.places["http"] + "/seen", timeout=10) as answer:
            return json.load(answer)

    def account(self, email=True):
        """An account with a verified cell number, and e-mail address unless told otherwise. Its id, address and number."""
        NotificationsTest.number += 1
        account, address, phone = str(uuid.uuid4()), f"p{self.number}@example.org", f"+2783{self.number:07}"
        self.there.sql(f"""
            INSERT INTO accounts (account_id, email, email_verified_at, phone, phone_verified_at, created_at)
            VALUES ('{account}', {f"'{address}', now()" if email else "NULL, NULL"}, '{phone}', now(), now())""")
        return account, address, phone

    def confirmed(self, account, days=10):
        """A confirmed booking, of a doctor of its own, and its event."""
        NotificationsTest.number += 1
        booking = str(uuid.uuid4())
        start = (datetime.now(SOUTH_AFRICA) + timedelta(days=days)).replace(minute=10, second=0, microsecond=0)
        self.there.sql(f"""
            SET session_replication_role = replica;
            INSERT INTO bookings (booking_id, schedule_id, doctor_id, practice_id, account_id, person_id, kind, state, starts_at, ends_at, takes,
                cancel_notice_minutes, move_notice_minutes, late_cancel_fee_cents, changed_by)
            SELECT '{booking}', 1, -{self.number}, 1, '{account}', gen_random_uuid(), 'first_visit', 'confirmed', s, s + interval '20 minutes',
                tstzrange(s, s + interval '20 minutes'), 0, 0, 0, '{account}' FROM (SELECT timestamptz '{start.isoformat()}' AS s) AS t;
            {self.event("booking.confirmed", booking, 1, account, start)}""")
        return booking, start

    def event(self, name, booking, version, account, start, **more):
        payload = {"schema": 1, "booking_id": booking, "version": version, "account_id": account, "person_id": str(uuid.uuid4()), "doctor_id": "1",
                   "practice_id": "1", "doctor_name": "Dr Zoë Mokoena", "practice_name": "Sandton Rooms", "address": "1 Main Road",
                   "starts_at": start.isoformat(), "ends_at": start.isoformat(), "kind": "first_visit", "calendar_uid": "x", "sequence": version,
                   "old_starts_at": None, "cancelled_by": None, "reason": "secret itch", "specialty": "dermatology"} | more
        text = json.dumps(payload).replace("'", "''")
        return f"INSERT INTO outbox_events (name, subject, payload) VALUES ('{name}', '{booking}', '{text}');"

    def cancelled(self, account, booking, start):
        self.there.sql(f"""
            UPDATE bookings SET state = 'cancelled', cancelled_by = 'practice' WHERE booking_id = '{booking}';
            {self.event("booking.cancelled", booking, 2, account, start, cancelled_by="practice")}""")

    def mails_to(self, address):
        return [mail for mail in self.seen()["mails"] if mail["envelope_to"] == [address]]

    def texts_to(self, phone):
        return [text for text in self.seen()["texts"] if text["To"] == phone]

    def test_a_confirmation_arrives_with_its_calendar_file_and_says_nothing_about_health(self):
        account, address, phone = self.account()
        booking, start = self.confirmed(account)
        self.there.eventually(lambda: self.mails_to(address))
        mail, = self.mails_to(address)
        self.assertEqual(mail["subject"], f"Your visit on {start:%a} {start.day} {start:%B %Y} is booked")
        self.assertEqual(mail["from"], "RateTheDoctor <no-reply@ratethedoctor.example>")
        self.assertIn("Dr Zoë Mokoena", mail["parts"][0]["text"])
        self.assertIn(f"{start:%a} {start.day} {start:%B %Y, %H:%M}", mail["parts"][0]["text"])
        self.assertIn(f"{PUBLIC_URL}/bookings", mail["parts"][0]["text"])
        calendar = mail["parts"][1]
        self.assertEqual(calendar["type"], "text/calendar")
        self.assertIn(f"METHOD:{calendar['method']}\r\n", calendar["text"])
        self.assertIn(booking, calendar["text"])
        self.assertEqual(mail["defects"], [])
        self.assertNotRegex(json.dumps(mail), "(?i)secret|itch|dermatolog")
        self.assertEqual(self.texts_to(phone), [], "e-mail serves")

    def test_without_an_email_address_a_text_message_comes(self):
        account, _, phone = self.account(email=False)
        self.confirmed(account)
        self.there.eventually(lambda: self.texts_to(phone))
        text, = self.texts_to(phone)
        self.assertLessEqual(len(text["Body"]), 160)
        self.assertIn("Dr Zoe Mokoena", text["Body"].replace("ë", "e"))
        self.assertEqual(text["StatusCallback"], PUBLIC_URL + STATUS_PATH)

    def test_a_reminder_after_a_cancellation_is_never_sent(self):
        people = [self.account() for _ in range(16)]
        bookings = [(person, *self.confirmed(person[0])) for person in people]
        self.there.eventually(lambda: len(self.seen()["mails"]) >= 16)
        # Reminders become due while half of the bookings are being cancelled.
        due = "UPDATE notifications SET due_at = now() WHERE purpose = 'reminder' AND state = 'planned' AND booking_id = '{}'"
        first, second = bookings[::2], bookings[1::2]
        for person, booking, start in first[:4]:
            self.cancelled(person[0], booking, start)
            self.there.sql(due.format(booking))
        threads = [threading.Thread(target=self.cancelled, args=(person[0], booking, start)) for person, booking, start in first[4:]]
        for thread in threads:
            thread.start()
        for _, booking, _ in first[4:] + second:
            self.there.sql(due.format(booking))
        for thread in threads:
            thread.join()
        self.there.eventually(lambda: all(self.kinds(address)[-1:] == ["cancelled"] for (_, address, _), _, _ in first))
        if not is_quiet():
            self.there.eventually(lambda: all(self.kinds(address).count("reminder") == 2 for (_, address, _), _, _ in second))
        time.sleep(3)
        for (_, address, phone), _, _ in first:
            kinds = self.kinds(address)
            self.assertEqual(kinds[-1], "cancelled", kinds)
            self.assertEqual(kinds.count("cancelled"), 1)
            self.assertIn("is cancelled", self.texts_to(phone)[-1]["Body"])
        for (_, address, _), _, _ in first[:4]:
            self.assertEqual(self.kinds(address), ["booked", "cancelled"])

    def kinds(self, address):
        return [re.search("booked|cancelled|Reminder", mail["subject"])[0].lower() for mail in self.mails_to(address)]

    def test_a_server_killed_in_the_middle_loses_no_mail_and_repeats_no_text_message(self):
        people = [self.account(email=number % 2 == 0) for number in range(40)]
        for person in people:
            self.confirmed(person[0])
        self.there.eventually(lambda: len(self.seen()["mails"]) + len(self.seen()["texts"]) >= 5)
        self.there.kill_server()
        # Three minutes later, told by SQL.
        self.there.sql("UPDATE notifications SET sending_since = sending_since - interval '10 minutes' WHERE state = 'sending'")
        self.there.start_server()
        left = "SELECT count(*) FROM outbox_deliveries WHERE state = 'pending'", "SELECT count(*) FROM notifications WHERE state = 'sending' OR state = 'planned' AND purpose = 'confirmation'"
        self.there.eventually(lambda: [self.there.sql(statement) for statement in left] == ["0", "0"])
        uncertain = 0
        for number, (account, address, phone) in enumerate(people):
            if number % 2 == 0:
                self.assertEqual(len({mail["message_id"] for mail in self.mails_to(address)}), 1)
            else:
                is_uncertain = self.there.sql(f"SELECT count(*) FROM notifications WHERE account_id = '{account}' AND state = 'uncertain'") == "1"
                uncertain += is_uncertain
                self.assertIn(len(self.texts_to(phone)), (0, 1) if is_uncertain else (1,))
        self.assertLessEqual(uncertain, 8, "no more than were being sent")

    def report(self, fields, token="token", url=PUBLIC_URL + STATUS_PATH):
        signed = url + "".join(name + value for name, value in sorted(fields.items()))
        signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        request = urllib.request.Request(self.there.url + STATUS_PATH, data=urllib.parse.urlencode(fields).encode(), headers={
            "X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_reports_of_delivery_are_believed_only_when_signed_and_count_once(self):
        account, _, phone = self.account(email=False)
        self.confirmed(account)
        state = f"SELECT delivery_status FROM notifications WHERE account_id = '{account}' AND provider_id IS NOT NULL"
        self.there.eventually(lambda: self.there.sql(state.replace("delivery_status", "count(*)")) == "1")
        sid = self.there.sql(state.replace("delivery_status", "provider_id"))
        fields = {"MessageSid": sid, "MessageStatus": "delivered", "To": phone, "From": "+27110000000", "AccountSid": "AC1", "SmsSid": sid}
        self.assertEqual(self.report(fields, token="wrong"), 403)
        self.assertEqual(self.report(fields, url="http://elsewhere.example" + STATUS_PATH), 403)
        self.assertEqual(self.there.sql(state), "")
        for _ in range(2):
            self.assertEqual(self.report(fields), 204)
        self.assertEqual(self.report(fields | {"MessageStatus": "sent"}), 204)
        self.assertEqual(self.there.sql(state), "delivered")
        self.assertEqual(self.report(fields | {"MessageSid": "SMunknown"}), 204)
        self.assertEqual(self.report(fields | {"MessageStatus": "eaten"}), 400)

    def test_a_sign_in_code_arrives_by_mail_and_is_in_no_log(self):
        account, address, _ = self.account()
        request = urllib.request.Request(self.there.url + "/v1/sign-in-codes", data=json.dumps({"email": address}).encode(),
                                         headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()
        self.there.eventually(lambda: self.mails_to(address))
        mail, = self.mails_to(address)
        code = re.search(r"\b\d{6}\b", mail["parts"][0]["text"])[0]
        self.assertNotIn(code, mail["subject"])
        self.assertNotIn(code, self.there.log())

    @classmethod
    def tearDownClass(cls):
        log = cls.there.log()
        for private in ("@example.org", "+2783", "Mokoena", "Sandton Rooms", "secret itch"):
            assert private not in log, f"{private} is in the log"


if __name__ == "__main__":
    unittest.main()
