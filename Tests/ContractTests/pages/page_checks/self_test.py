"""Every check must find what is wrong with a page made to be wrong."""
import pathlib

from . import accessibility, journey, keyboard, layout, markup
from .site import PHONE

BROKEN = pathlib.Path(__file__).with_name("broken.html")


def run(browser, report):
    page = browser.new_page(viewport=PHONE)
    page.goto(BROKEN.as_uri())
    found = {
        "axe": accessibility.scan(page)[0],
        "HTML": markup.html_problems(BROKEN.read_text()),
        "link names": markup.link_problems(page),
        "sideways scroll": page.evaluate(layout.SIDEWAYS),
        "borders": page.evaluate(layout.BORDERLESS),
        "targets": page.evaluate(layout.SMALL_TARGETS),
        "print": page.evaluate(journey.PRESSABLE),
        "heading": journey.heading(page, "^Appointment confirmed$"),
        "focus": keyboard.tab_to(page, lambda focus: focus["isBody"]),
    }
    for name, problems in found.items():
        report.check(f"self-test: {name}", [] if problems else ["the broken page was not found out"])
    page.close()
