"""A whole search with the keyboard alone and no scripts; focus is seen everywhere and trapped nowhere."""
from .site import RESULTS

FOCUS = """() => { const part = document.activeElement, style = getComputedStyle(part);
    return { id: part.id, inCard: !!part.closest('.card'), isBody: part === document.body, text: part.outerHTML.slice(0, 80),
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
