"""Search, booking and a practice's day with the keyboard alone and no scripts; focus is seen everywhere and trapped nowhere."""
import re

from .people import PASSWORD, Person
from .site import PERSONAL_PAGES, RESULTS

FOCUS = r"""() => { const part = document.activeElement, style = getComputedStyle(part);
    return { id: part.id, inCard: !!part.closest('.card'), isBody: part === document.body,
             name: part.textContent.replace(/\s+/g, ' ').trim(), text: part.outerHTML.slice(0, 80),
             seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }; }"""
MOST_STOPS = 400


def tab_to(page, wanted):
    """Presses Tab until the focus is where it should be; returns the stops on the way that cannot be seen."""
    unseen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if not focus["seen"] and not focus["isBody"]:
            unseen.append(f"focus not seen on {focus['text']}")
        if wanted(focus):
            return unseen
    return unseen + ["the keyboard does not get there"]


def run(site, report):
    page = site.tab(scripts=False)
    page.goto(site.url + "/")
    report.check("keyboard: to the search box", tab_to(page, lambda focus: focus["id"] == "q"))
    page.keyboard.type("gp")
    report.check("keyboard: to the place", tab_to(page, lambda focus: focus["id"] == "place"))
    page.keyboard.type("khayelitsha")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    wanted = RESULTS
    report.check("keyboard: search", [] if page.url == site.url + wanted else [f"at {page.url}, not {wanted}"])
    report.check("keyboard: to the first card", tab_to(page, lambda focus: focus["inCard"]))
    name = page.locator(".card h2 a").first.inner_text()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading = page.locator("h1").inner_text()
    report.check("keyboard: the doctor's page", [] if name.startswith(heading) else [f"“{heading}”, not “{name}”"])
    check_symptoms(site, report, page)
    for path in ("/", RESULTS, "/symptoms"):
        page.goto(site.url + path)
        report.check(f"keyboard: through and out of {path}", tab_to(page, lambda focus: focus["isBody"]))
    page.context.close()


def check_symptoms(site, report, page):
    """From the form to whom to call, with the emergency before everything else on the page."""
    page.goto(site.url + "/symptoms")
    report.check("keyboard: to the words", tab_to(page, lambda focus: focus["id"] == "text"))
    page.keyboard.type("crushing chest pain and sweating")
    report.check("keyboard: to the age", tab_to(page, lambda focus: focus["id"] == "age"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading = page.locator("h1").inner_text()
    report.check("keyboard: the emergency is the heading", [] if "112" in heading else [heading])
    report.check("keyboard: to the call", tab_to(page, lambda focus: "tel:112" in focus["text"]))
    booking = page.locator("main a[href^='/doctors']").count()
    report.check("no booking in an emergency", [f"{booking} links to doctors"] if booking else [])
    top = page.locator("main a[href='tel:112']").first.bounding_box()["y"]
    report.check("the call is on the first screen of a phone", [] if top < 640 else [f"at {top:.0f} px"])


def run_personal(site, report):
    """What needs an account."""
    check_booking(site, report)
    check_practice(site, report)
    for case in PERSONAL_PAGES:
        page = site.tab(case.who)
        case.open(page, site)
        report.check(f"keyboard: through and out of {case.name}", tab_to(page, lambda focus: focus["isBody"]))
        page.context.close()


def press(page, report, name, what, heading):
    """Tabs to the link or button of a name, presses Enter; the page that comes has a heading."""
    problems = tab_to(page, lambda focus: re.match(name, focus["name"]) is not None)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = page.locator("h1").inner_text()
    report.check(f"keyboard: {what}", problems + ([] if re.search(heading, found) else [f"“{found}” at {page.url}"]))


def check_booking(site, report):
    """From the list of doctors to an appointment, moved and cancelled, with the sign-in on the way."""
    person = Person(site, "Sipho Ndlovu")
    page = site.tab(scripts=False)
    page.goto(f"/doctors/{site.appointments.doctor}")
    doctor = page.locator("h1").inner_text()
    press(page, report, r"\w{3} \d+ \w+ \d\d:\d\d", "from a free time to the sign-in", "^Sign in$")
    press(page, report, "Sign in with a password", "to the password", "^Sign in with a password$")
    report.check("keyboard: to the e-mail", tab_to(page, lambda focus: focus["id"] == "email"))
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    report.check("keyboard: back at the time after signing in", [] if "/bookings/new?" in page.url else [page.url])
    press(page, report, "Hold this time", "hold", "^Check and confirm$")
    report.check("keyboard: to the reason", tab_to(page, lambda focus: focus["id"] == "reason"))
    page.keyboard.type("I cough")
    press(page, report, "Confirm the appointment", "confirm", "^Appointment confirmed$")
    report.check("the title says that it is confirmed", [] if page.title().startswith("Appointment confirmed") else [page.title()])
    press(page, report, "All my appointments", "to the appointments", "^My appointments$")
    press(page, report, "Move: ", "from the next appointment to times to move to", "^Choose a new time$")
    press(page, report, rf"\w{{3}} \d+ \w+ \d\d:\d\d, {doctor}", "to the question whether to move", "^Move to this time")
    press(page, report, "Move the appointment", "move", "^Appointment confirmed$")
    press(page, report, "Cancel", "to the question whether to cancel", "^Cancel this appointment")
    press(page, report, "Cancel the appointment", "cancel", "^Appointment cancelled$")
    page.context.close()


def check_practice(site, report):
    """A visit checked in, and one marked as missed."""
    made = site.appointments
    visit = made.newcomer.book(made.busy_doctor)
    page = site.tab("practitioner", scripts=False)
    page.goto("/practice" + visit)
    press(page, report, "Check in", "check a patient in", r"\d{4}$")
    row = page.locator("tr", has_text="Checked in")
    report.check("keyboard: the patient is checked in", [] if row.count() == 1 else [page.locator("main").inner_text()])
    page.goto(made.day)
    press(page, report, "Did not come: ", "mark a visit as missed", r"\d{4}$")
    missed = page.locator("tr", has_text="Did not come").count()
    report.check("keyboard: the visit is marked as missed", [] if missed else [page.locator("main").inner_text()])
    page.context.close()
