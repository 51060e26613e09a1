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
