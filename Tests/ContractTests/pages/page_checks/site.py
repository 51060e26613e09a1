"""The pages under test and how a person gets to each."""
import functools
from dataclasses import dataclass
from typing import Callable

from .people import PASSWORD, Appointments, send

PHONE = {"width": 360, "height": 640}


@dataclass
class PageUnderTest:
    name: str
    open: Callable
    status: int = 200
    is_results: bool = False
    # Who looks at it: the name of a person among the appointments, nobody unless told.
    who: str = ""


def at(path):
    """Opens an address; returns the response."""
    return lambda page, site: page.goto(site.url + path)


def search(words, place):
    """Fills in the search form of the home page; returns the response at the end of redirects."""
    def open_page(page, site):
        page.goto(site.url + "/")
        page.fill("#q", words)
        page.fill("#place", place)
        with page.expect_navigation() as navigation:
            page.click("form.search button")
        return navigation.value
    return open_page


def following(path, selector):
    """Opens an address, then the first link that fits."""
    def open_page(page, site):
        page.goto(site.url + path)
        with page.expect_navigation() as navigation:
            page.click(selector)
        return navigation.value
    return open_page


def symptoms(text, age="34", place="khayelitsha", signs=()):
    """Fills in the symptom form; the answer is the response itself."""
    def open_page(page, site):
        page.goto(site.url + "/symptoms")
        for sign in signs:
            page.check(f"input[name=sign][value={sign}]")
        page.fill("#text", text)
        page.fill("#age", age)
        page.fill("#place", place)
        with page.expect_navigation() as navigation:
            page.click("main form button")
        return navigation.value
    return open_page


def answered(text):
    """The symptom checker after its first question was answered."""
    def open_page(page, site):
        symptoms(text)(page, site)
        page.check("input[name=answer] >> nth=0")
        with page.expect_navigation() as navigation:
            page.click("form[action='/symptoms/answers'] button")
        return navigation.value
    return open_page


def of(path):
    """Opens an address that the appointments know."""
    return lambda page, site: page.goto(site.url + path(site.appointments))


def sent(address, **fields):
    """Sends a form; addresses and fields may be made of the appointments."""
    def open_page(page, site):
        made = {name: value(site.appointments) if callable(value) else value for name, value in fields.items()}
        return send(page, address(site.appointments) if callable(address) else address, **made)
    return open_page


def first_time(page, site):
    """The first free time of a doctor, chosen but not held."""
    page.goto(f"{site.url}/doctors/{site.appointments.doctor}/times")
    with page.expect_navigation() as navigation:
        page.click(".slots a")
    return navigation.value


def filled(path, button="main form button", **fields):
    """Fills in a form by the ids of its fields; returns the answer."""
    def open_page(page, site):
        page.goto(site.url + (path(site.appointments) if callable(path) else path))
        for name, value in fields.items():
            page.locator(f"#{name}").evaluate("part => part.closest('details')?.setAttribute('open', '')")
            page.fill(f"#{name}", value)
        with page.expect_navigation() as navigation:
            page.click(button)
        return navigation.value
    return open_page


RESULTS = "/doctors?specialty=general-practice&place=khayelitsha"
FILTERED = "/doctors?specialty=general-practice&speaks=xh&place=khayelitsha&max_fee=1000&free=week"
EMPTY = "/doctors?specialty=general-practice&place=khayelitsha&max_fee=1"

PAGES = [
    PageUnderTest("home", at("/")),
    PageUnderTest("results", at(RESULTS), is_results=True),
    PageUnderTest("results-filtered", at(FILTERED), is_results=True),
    PageUnderTest("results-empty", at(EMPTY), is_results=True),
    PageUnderTest("results-next", following("/doctors", "text=Next 20"), is_results=True),
    PageUnderTest("results-words", search("gp asthma", "khayelitsha"), is_results=True),
    PageUnderTest("unknown-place", search("dentist", "Qqxzvw"), status=422),
    PageUnderTest("bad-address", at("/doctors?max_fee=cheap"), status=400),
    PageUnderTest("profile", following(RESULTS, ".card h2 a")),
    PageUnderTest("unknown-profile", at("/doctors/999999999"), status=404),
    PageUnderTest("help", at("/help")),
    PageUnderTest("symptoms", at("/symptoms")),
    PageUnderTest("symptoms-mistakes", symptoms("", age="old", place="Qqxzvw"), status=422),
    PageUnderTest("symptoms-emergency", symptoms("crushing chest pain and sweating")),
    PageUnderTest("symptoms-ticked", symptoms("", signs=["self-harm"])),
    PageUnderTest("symptoms-today", symptoms("I cough for three weeks with night sweats and lost weight")),
    PageUnderTest("symptoms-routine", symptoms("dry scaly itchy patches on my elbows")),
    PageUnderTest("symptoms-question", symptoms("I have stomach pain")),
    PageUnderTest("symptoms-answered", answered("I have stomach pain")),
    PageUnderTest("symptoms-not-understood", symptoms("Ngiphethwe yikhanda kakhulu futhi ngiyacela usizo")),
]
BLOCK = "form[action$=blocked-times] button"
WISH = {"kind": "first_visit", "doctor": lambda made: made.doctor, "practice": lambda made: made.practice, "at": lambda made: made.taken}

# Those that need the server's database to come to be.
PERSONAL_PAGES = [
    PageUnderTest("profile-unverified", of(lambda made: f"/doctors/{made.unverified}")),
    PageUnderTest("profile-closed", of(lambda made: f"/doctors/{made.closed_doctor}")),
    PageUnderTest("times", of(lambda made: f"/doctors/{made.doctor}/times")),
    PageUnderTest("times-follow-up", of(lambda made: f"/doctors/{made.doctor}/times?kind=follow_up")),
    PageUnderTest("times-closed", of(lambda made: f"/doctors/{made.closed_doctor}/times")),
    PageUnderTest("sign-in", at("/sign-in?next=/bookings")),
    PageUnderTest("sign-in-mistake", filled("/sign-in", address="nobody"), status=422),
    PageUnderTest("sign-in-code", filled("/sign-in", address="nobody@example.com")),
    PageUnderTest("sign-in-password", at("/sign-in/password")),
    PageUnderTest("sign-in-wrong", filled("/sign-in/password", email="nobody@example.com", password=PASSWORD), status=401),
    PageUnderTest("sign-up", at("/sign-up")),
    PageUnderTest("sign-up-mistake", filled("/sign-up", email="p@example.com", password="short"), status=422),
    PageUnderTest("password-reset", at("/password-reset")),
    PageUnderTest("password-reset-code", filled("/password-reset", email="nobody@example.com")),
    PageUnderTest("account", at("/account"), who="patient"),
    PageUnderTest("message-choices", at("/account/messages"), who="patient"),
    PageUnderTest("account-of-doctor", at("/account"), who="practitioner"),
    PageUnderTest("book", first_time, who="newcomer"),
    PageUnderTest("book-gone", sent("/bookings", **WISH), status=409, who="newcomer"),
    PageUnderTest("held", of(lambda made: made.held), who="patient"),
    PageUnderTest("held-forged", sent(lambda made: made.held + "/confirm", form_token="x"), status=403, who="patient"),
    PageUnderTest("held-gone", sent(lambda made: made.stolen + "/confirm", reason="I cough"), status=409, who="patient"),
    PageUnderTest("expired", of(lambda made: made.lost), who="patient"),
    PageUnderTest("confirmed", of(lambda made: made.confirmed), who="patient"),
    PageUnderTest("confirmed-waits", sent(lambda made: made.confirmed + "/earlier-time"), who="patient"),
    PageUnderTest("confirmed-refused", sent(lambda made: made.confirmed + "/more-time"), status=409, who="patient"),
    PageUnderTest("cancelled", of(lambda made: made.cancelled), who="patient"),
    PageUnderTest("somebody-elses", of(lambda made: made.held), status=404, who="newcomer"),
    PageUnderTest("appointments", at("/bookings"), who="patient"),
    PageUnderTest("appointments-moved", at("/bookings"), who="newcomer"),
    PageUnderTest("appointments-none", at("/bookings"), who="practitioner"),
    PageUnderTest("appointments-past", at("/bookings?when=past"), who="patient"),
    PageUnderTest("move-times", of(lambda made: made.confirmed + "/move"), who="patient"),
    PageUnderTest("move", of(lambda made: f"{made.confirmed}/move?at={made.taken}"), who="patient"),
    PageUnderTest("move-gone", sent(lambda made: made.confirmed + "/move", at="2026-01-01T03:00"), status=409, who="patient"),
    PageUnderTest("cancel", of(lambda made: made.confirmed + "/cancel"), who="patient"),
    PageUnderTest("cancel-late", of(lambda made: made.late + "/cancel"), who="patient"),
    PageUnderTest("practice-day", of(lambda made: made.day), who="practitioner"),
    PageUnderTest("practice-day-empty", of(lambda made: made.day + "?date=2030-01-01"), who="practitioner"),
    PageUnderTest("practice-week", of(lambda made: f"/practice/doctors/{made.busy_doctor}/week"), who="practitioner"),
    PageUnderTest("practice-visit", of(lambda made: "/practice" + made.later), who="practitioner"),
    PageUnderTest(
        "practice-conflict", sent(lambda made: "/practice" + made.moved, step="check-in", version="1"), status=409, who="practitioner"),
    PageUnderTest("practice-block-mistake", filled(lambda made: made.day, BLOCK, **{"from": "noon", "until": ""}), status=422, who="practitioner"),
    PageUnderTest("practice-block-overlap", filled(lambda made: made.day, BLOCK, **{"from": "00:00", "until": "24:00"}), status=422, who="practitioner"),
    PageUnderTest("practice-refused", of(lambda made: made.day), status=403, who="patient"),
]


class Site:
    def __init__(self, url, browser):
        self.url = url
        self.browser = browser
        self.pages = PAGES

    @functools.cached_property
    def appointments(self):
        return Appointments(self)

    def tab(self, person=None, scripts=True, **options):
        """A fresh browser window with one page, the size of a phone unless told. Without scripts, none is loaded.

        `person` is somebody with an account, or their name among the appointments; nobody is signed in unless told.
        """
        if isinstance(person, str):
            person = getattr(self.appointments, person) if person else None
        if person:
            options["storage_state"] = person.state
        context = self.browser.new_context(**{"viewport": PHONE, "base_url": self.url, **options})
        if not scripts:
            context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page
