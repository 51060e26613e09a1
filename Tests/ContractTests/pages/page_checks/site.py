"""The pages under test and how a person gets to each."""
from dataclasses import dataclass
from typing import Callable

PHONE = {"width": 360, "height": 640}


@dataclass
class PageUnderTest:
    name: str
    open: Callable
    status: int = 200
    is_results: bool = False


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


class Site:
    def __init__(self, url, browser):
        self.url = url
        self.browser = browser

    def tab(self, scripts=True, **options):
        """A fresh browser window with one page, the size of a phone unless told. Without scripts, none is loaded."""
        context = self.browser.new_context(**{"viewport": PHONE, **options})
        if not scripts:
            context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page
