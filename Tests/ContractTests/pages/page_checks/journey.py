"""What goes wrong on the way to an appointment, and that nothing is lost by it."""
import re

from .people import Appointments, Person, database, press, send

HIDDEN_IN_PRINT = "header nav, .skip, button, .actions a, footer"


def run(site, report):
    person = Person(site, "Ayanda Khumalo")
    person.add_dependant("Musa Khumalo")
    for check in (sent_twice, back_and_forth, another_time, still_free, taken_meanwhile, released, changed_meanwhile, blocked, signed_out):
        page = site.tab(person)
        check(page, site, report)
        page.context.close()
    printed(site, report)
    public(site, report)


def heading(page, wanted):
    found = page.locator("h1").inner_text()
    return [] if re.search(wanted, found) else [f"“{found}” at {page.url}, not “{wanted}”"]


def times(page, site):
    page.goto(f"/doctors/{site.appointments.doctor}/times")
    press(page, ".slots a")


def confirm(page):
    press(page, "text=Confirm the appointment")


def live(page):
    """How many appointments the person has."""
    page.goto("/bookings")
    return page.locator(".card").count()


def cancel_all(page):
    page.goto("/bookings")
    while page.locator(".card h3 a").count():
        press(page, ".card h3 a")
        held = page.locator("text=Do not book")
        if held.count():
            press(page, "text=Do not book")
        else:
            page.goto(page.url + "/cancel")
            press(page, "text=Cancel the appointment")
        page.goto("/bookings")


def sent_twice(page, site, report):
    """Every form of the way sent a second time, from a page gone back to or by two taps."""
    times(page, site)
    fields = page.evaluate("() => Object.fromEntries(new FormData(document.querySelector('main form')))")
    press(page, "main form button")
    held = page.url
    send(page, "/bookings", **fields)
    report.check("hold twice: the same hold", [] if page.url == held else [page.url])
    path = held.removeprefix(site.url)
    for step, wanted in (("/confirm", "^Appointment confirmed$"), ("/cancel", "^Appointment cancelled$")):
        for count in ("once", "twice"):
            response = send(page, path + step, reason="I cough" if step == "/confirm" else "other")
            report.check(f"{step} sent {count}", heading(page, wanted) + ([] if response.status == 200 else [str(response.status)]))
    page.goto(held)
    report.check("cancelled: no form is left", [] if page.locator("main form").count() == 0 else ["there is one"])


def back_and_forth(page, site, report):
    times(page, site)
    press(page, "main form button")
    page.go_back()
    report.check("back after holding: the hold, not “no longer free”", heading(page, "^Check and confirm$"))
    confirm(page)
    page.go_back()
    page.reload()
    report.check("back after confirming: what was confirmed", heading(page, "^Appointment confirmed$"))
    download(page, report)
    cancel_all(page)


def download(page, report):
    with page.expect_download() as file:
        page.click("text=Add to calendar")
    text = open(file.value.path(), newline="").read()
    lines = text.split("\r\n")
    wanted = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "STATUS:CONFIRMED", "END:VCALENDAR"]
    report.check("the calendar file", [f"no {line}" for line in wanted if line not in lines])


def another_time(page, site, report):
    """Another time in place of a held one: the hold ends, for whom and why are kept."""
    times(page, site)
    page.check("text=Musa Khumalo")
    press(page, "main form button")
    first = page.url
    press(page, "text=Change the time")
    press(page, ".slots a")
    report.check("another time: for whom is kept", [] if page.is_checked("text=Musa Khumalo") else ["it is not"])
    press(page, "main form button")
    report.check("another time: the first hold is over", [] if live(page) == 1 else [f"{live(page)} appointments"])
    page.goto(first)
    report.check("another time: the first page says so", heading(page, "^Appointment cancelled$"))
    cancel_all(page)


def still_free(page, site, report):
    """A hold that ran out while somebody wrote, and nobody else took the time."""
    times(page, site)
    press(page, "main form button")
    page.fill("#reason", "I cough")
    site.appointments.run_out(page.url)
    confirm(page)
    report.check("ran out, still free: confirmed", heading(page, "^Appointment confirmed$"))
    cancel_all(page)


def taken_meanwhile(page, site, report):
    """A hold that ran out, and somebody else took the time."""
    times(page, site)
    page.check("text=Musa Khumalo")
    wanted = page.url.removeprefix(site.url)
    press(page, "main form button")
    page.fill("#reason", "I cough & sneeze <always>")
    site.appointments.run_out(page.url)
    other = site.tab("rival")
    other.goto(wanted)
    press(other, "main form button")
    taken = other.url
    confirm(page)
    problems = [] if page.locator("[role=alert]").count() == 1 else ["no alert"]
    report.check("taken meanwhile: it says so", problems + heading(page, "^Choose a time$"))
    focus = page.evaluate("document.activeElement.getAttribute('role')")
    report.check("taken meanwhile: the alert has the focus", [] if focus == "alert" else [str(focus)])
    title = page.title()
    report.check("taken meanwhile: the title says Error", [] if title.startswith("Error:") else [title])
    near = page.locator("[role=alert] .slots a")
    report.check("taken meanwhile: three nearest times first", [] if near.count() == 3 else [f"{near.count()}"])
    press(page, "[role=alert] .slots a")
    report.check("taken meanwhile: for whom is kept", [] if page.is_checked("text=Musa Khumalo") else ["it is not"])
    press(page, "main form button")
    reason = page.input_value("#reason")
    report.check("taken meanwhile: the reason is kept", [] if reason == "I cough & sneeze <always>" else [reason])
    cancel_all(page)
    other.goto(taken)
    press(other, "text=Do not book")
    other.context.close()


def released(page, site, report):
    times(page, site)
    press(page, "main form button")
    press(page, "text=Do not book")
    report.check("released: nothing is left", heading(page, "^Choose a time$") + ([] if live(page) == 0 else ["an appointment"]))


def changed_meanwhile(page, site, report):
    """Two people at the practice: who comes second sees both."""
    made = site.appointments
    visit = made.newcomer.book(made.busy_doctor)
    first, second = site.tab("practitioner"), site.tab("practitioner")
    for tab in (first, second):
        tab.goto("/practice" + visit)
    second.select_option("#at", index=9)
    press(first, "text=Check in")
    response = press(second, "text=Move the visit")
    alert = second.locator("[role=alert]").inner_text()
    problems = [f"no {word}" for word in ("You saw", "Confirmed", "Now", "Checked in") if word not in alert]
    report.check("changed meanwhile: both are shown", problems + ([] if response.status == 409 else [str(response.status)]))
    first.context.close()
    second.context.close()


def blocked(page, site, report):
    """Time is blocked at once where nobody is booked, and not without a second word where somebody is."""
    made = site.appointments
    tab = site.tab("practitioner")
    day = database(f"SELECT (starts_at AT TIME ZONE 'Africa/Johannesburg')::date FROM bookings WHERE booking_id = '{Appointments.key(made.moved)}'")
    tab.goto(f"{made.day}?date={day}")
    blocks = f"SELECT count(*) FROM booking_exceptions WHERE doctor_id = {made.busy_doctor}"
    before = int(database(blocks))
    tab.click("summary")
    tab.fill("#from", "00:00")
    tab.fill("#until", "24:00")
    press(tab, "text=Block this time")
    after = int(database(blocks))
    kept = tab.input_value("#from")
    report.check("blocked: not over an appointment", ([] if after == before else ["it is"]) + ([] if kept == "00:00" else [kept]))
    tab.check("#despite_visits")
    press(tab, "text=Block this time")
    report.check("blocked: all the same", heading(tab, r"\d{4}$") + ([] if int(database(blocks)) == before + 1 else ["it is not"]))
    tab.context.close()


def signed_out(page, site, report):
    """A page that was open when the session ended: nothing is done, and the sign-in leads back."""
    times(page, site)
    press(page, "main form button")
    held = page.url
    other = page.context.new_page()
    other.goto("/account")
    press(other, "form[action='/sign-out'] button")
    confirm(page)
    report.check("signed out: asked to sign in", heading(page, "^Sign in$"))
    page.goto(held)
    report.check("signed out: the way back is kept", [] if "next=" in page.url else [page.url])
    other.goto("/bookings")
    report.check("signed out: nothing of the person is shown", heading(other, "^Sign in$"))


def printed(site, report):
    page = site.tab("patient")
    page.goto(site.appointments.confirmed)
    page.emulate_media(media="print")
    shown = page.evaluate(
        "wanted => [...document.querySelectorAll(wanted)].filter(part => part.checkVisibility()).map(part => part.outerHTML.slice(0, 80))", HIDDEN_IN_PRINT)
    report.check("print: nothing to press", shown)
    missing = [name for name in ("When", "Who", "Where", "Reference") if not page.locator("dt", has_text=name).is_visible()]
    report.check("print: when, who, where, reference", missing)
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf()))
    report.check("print: one sheet", [] if pages == 1 else [f"{pages}"])
    page.context.close()


def public(site, report):
    """Pages that others may keep are the same for everybody."""
    made = site.appointments
    for path in ("/", f"/doctors/{made.doctor}", f"/doctors/{made.doctor}/times", "/help"):
        seen = []
        for who in ("", "patient", "practitioner"):
            page = site.tab(who)
            seen.append(page.goto(path).body())
            page.context.close()
        report.check(f"the same for everybody: {path}", [] if len(set(seen)) == 1 else ["it differs"])
