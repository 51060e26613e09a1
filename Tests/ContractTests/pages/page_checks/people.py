"""People with accounts, made through the pages, and what they have booked."""
import os
import subprocess
import uuid

PASSWORD = "four plain words here"


def database(statement):
    """Runs a statement on the server's database; returns the rows as text."""
    url = os.environ["RTD_TEST_DATABASE_URL"]
    return subprocess.run(["psql", url, "-qAtc", statement], check=True, capture_output=True, text=True).stdout.strip()


def press(page, selector):
    """Presses a link or a button and waits for the page it leads to."""
    with page.expect_navigation() as navigation:
        page.click(selector)
    return navigation.value


class Person:
    """Somebody with an account, signed in by password; `state` goes into every browser window of theirs."""

    def __init__(self, site, name):
        self.site = site
        self.name = name
        self.email = f"{uuid.uuid4()}@example.com"
        page = site.tab()
        page.goto("/sign-up")
        page.fill("#email", self.email)
        page.fill("#password", PASSWORD)
        page.fill("#display_name", name)
        press(page, "main form button")
        page.context.close()
        # An address signs in once it is proven; the code that proves it goes by mail.
        database(f"UPDATE accounts SET email_verified_at = now() WHERE email = '{self.email}'")
        page = site.tab()
        sign_in(page, self, "/account")
        self.state = page.context.storage_state()
        page.context.close()

    @property
    def account(self):
        return database(f"SELECT account_id FROM accounts WHERE email = '{self.email}'")

    def add_dependant(self, name):
        page = self.site.tab(self)
        page.goto("/account")
        page.click("summary")
        page.fill("#display_name", name)
        for field, value in (("#birth_day", "9"), ("#birth_month", "8"), ("#birth_year", "2019")):
            page.fill(field, value)
        page.check("input[name=guardian_consent]")
        press(page, "form[action='/account/dependants'] button")
        page.context.close()

    def hold(self, doctor):
        """Holds the doctor's first free time; returns the appointment's path."""
        page = self.site.tab(self)
        page.goto(f"/doctors/{doctor}/times")
        press(page, ".slots a")
        press(page, "main form button")
        path = page.url.removeprefix(self.site.url)
        page.context.close()
        assert path.startswith("/bookings/") and path != "/bookings/new", path
        return path

    def book(self, doctor):
        path = self.hold(doctor)
        page = self.site.tab(self)
        page.goto(path)
        press(page, "text=Confirm the appointment")
        page.context.close()
        return path

    def works_as(self, doctor):
        """Makes the account the doctor's."""
        account = self.account
        database(f"INSERT INTO doctor_accounts VALUES ('{account}', {doctor}, NULL, now())")
        database(f"INSERT INTO account_roles VALUES ('{account}', 'doctor', now(), NULL)")


def sign_in(page, person, then):
    page.goto(f"/sign-in/password?next={then}")
    page.fill("#email", person.email)
    page.fill("#password", PASSWORD)
    press(page, "main form button")


def send(page, address, **fields):
    """Sends a form of ours as if a page had it, with the token of the session unless told; returns the response."""
    page.goto("/account")
    token = page.locator("input[name=form_token]").first.get_attribute("value")
    with page.expect_navigation() as navigation:
        page.evaluate(
            """([address, fields]) => {
                const form = document.createElement("form");
                [form.method, form.action] = ["post", address];
                for (const [name, value] of Object.entries(fields)) {
                    const input = document.createElement("input");
                    [input.type, input.name, input.value] = ["hidden", name, value];
                    form.append(input);
                }
                document.body.append(form);
                form.submit();
            }""",
            [address, {"form_token": token, **fields}],
        )
    return navigation.value


class Appointments:
    """Doctors and appointments in every state that has a page of its own, made once."""

    def __init__(self, site):
        self.site = site
        doctors = database(
            """
            SELECT doctor_id FROM doctors d JOIN booking_schedules s USING (doctor_id) WHERE is_sample AND verification_state = 'verified' AND NOT needs_approval
                AND next_free_at < now() + interval '5 days' AND NOT EXISTS (SELECT FROM bookings b WHERE b.doctor_id = d.doctor_id) ORDER BY random() LIMIT 3
            """).split()
        self.doctor, self.busy_doctor, self.closed_doctor = doctors
        self.unverified = database("SELECT min(doctor_id) FROM doctors WHERE verification_state = 'unverified'")
        database(f"UPDATE booking_schedules SET accepts_bookings = false WHERE doctor_id = {self.closed_doctor}")
        names = ("Nomsa Dlamini", "Pieter van der Merwe", "Fatima Patel", "Dr Lerato Mokoena")
        self.patient, self.newcomer, self.rival, self.practitioner = (Person(site, name) for name in names)
        self.patient.add_dependant("Thandi Dlamini")
        self.practitioner.works_as(self.busy_doctor)
        self.held = self.patient.hold(self.doctor)
        database(f"UPDATE bookings SET expires_at = now() + interval '1 day' WHERE booking_id = '{self.key(self.held)}'")
        self.confirmed = self.patient.book(self.doctor)
        self.late = self.patient.book(self.doctor)
        database(
            f"UPDATE bookings SET late_cancel_fee_cents = 25000, cancel_notice_minutes = 43200 WHERE booking_id = '{self.key(self.late)}'")
        self.cancelled = self.patient.book(self.doctor)
        self.cancel(self.cancelled)
        self.lost = self.patient.hold(self.doctor)
        self.run_out(self.lost)
        self.taken = database(
            f"SELECT to_char(starts_at AT TIME ZONE 'Africa/Johannesburg', 'YYYY-MM-DD\"T\"HH24:MI') FROM bookings WHERE booking_id = '{self.key(self.confirmed)}'")
        self.practice = database(f"SELECT practice_id FROM bookings WHERE booking_id = '{self.key(self.confirmed)}'")
        self.stolen = self.stolen_hold()
        self.day_of_visits()

    @staticmethod
    def key(path):
        return path.rsplit("/", 1)[1]

    def run_out(self, path):
        database(f"UPDATE bookings SET expires_at = now() - interval '1 second' WHERE booking_id = '{self.key(path)}'")

    def cancel(self, path):
        page = self.site.tab(self.patient)
        page.goto(path + "/cancel")
        press(page, "text=Cancel the appointment")
        page.context.close()

    def stolen_hold(self):
        """A hold that ran out and whose time somebody else booked."""
        path = self.patient.hold(self.doctor)
        self.run_out(path)
        page = self.site.tab(self.rival)
        at, practice = database(
            f"SELECT to_char(starts_at AT TIME ZONE 'Africa/Johannesburg', 'YYYY-MM-DD\"T\"HH24:MI'), practice_id FROM bookings WHERE booking_id = '{self.key(path)}'"
        ).split("|")
        page.goto(f"/bookings/new?doctor={self.doctor}&practice={practice}&kind=first_visit&at={at}")
        press(page, "main form button")
        press(page, "text=Confirm the appointment")
        page.context.close()
        return path

    def day_of_visits(self):
        """A day at the practice: one visit goes on, one is later, one the practice moved."""
        self.now, self.later, moved = (self.newcomer.book(self.busy_doctor) for _ in range(3))
        for path, shift in ((self.now, "-5 minutes"), (self.later, "26 minutes")):
            database(
                f"""UPDATE bookings SET starts_at = date_trunc('minute', now()) + interval '{shift}', ends_at = date_trunc('minute', now()) + interval '{shift}'
                    + interval '30 minutes', takes = tstzrange(date_trunc('minute', now()) + interval '{shift}', date_trunc('minute', now()) + interval '{shift}'
                    + interval '30 minutes') WHERE booking_id = '{self.key(path)}'""")
        page = self.site.tab(self.practitioner)
        page.goto("/practice" + moved)
        page.select_option("#at", index=5)
        press(page, "text=Move the visit")
        page.context.close()
        self.moved = moved

    @property
    def day(self):
        return f"/practice/doctors/{self.busy_doctor}/day"
