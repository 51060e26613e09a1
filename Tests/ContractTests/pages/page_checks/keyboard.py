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
    for path in ("/", RESULTS):
        page.goto(site.url + path)
        report.check(f"keyboard: through and out of {path}", tab_to(page, lambda focus: focus["isBody"]))
    page.context.close()
