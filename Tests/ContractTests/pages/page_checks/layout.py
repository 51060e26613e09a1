"""Small windows, large text, forced colours, the first card on a phone."""
from .accessibility import UNFOLD
from .site import FILTERED, PHONE, RESULTS

FIRST_CARD_TOP = 560
LARGE_TEXT = "html { font-size: 200% !important }"
WIDE_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
BORDERLESS = """() => [...document.querySelectorAll('.card, input:not([type=hidden]), select, button, .chips a, .notice')]
    .filter(part => part.checkVisibility())
    .filter(part => { const style = getComputedStyle(part); return parseFloat(style.borderTopWidth) === 0
        && parseFloat(style.borderLeftWidth) === 0 && style.appearance !== 'auto'; })
    .map(part => part.outerHTML.slice(0, 80))"""
SIDEWAYS = """() => { const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
    return [`${root.scrollWidth} px wide in ${root.clientWidth}`, ...wide.slice(0, 3).map(e => e.outerHTML.slice(0, 80))]; }"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')]
    .filter(part => part.checkVisibility() && !part.closest('p, li:not(.chips li, nav li), dd, .note, label, .skip') && part.className !== 'skip')
    .map(part => [part, part.getBoundingClientRect()])
    .filter(([, box]) => box.height < 44 && box.height > 1)
    .map(([part, box]) => `${Math.round(box.height)} px high: ${part.outerHTML.slice(0, 80)}`)"""


def run(site, report):
    for case in site.pages:
        variants = [
            ("320 x 256", {"viewport": {"width": 320, "height": 256}}, None),
            ("200 % text", {"bypass_csp": True}, LARGE_TEXT),
            ("text spacing", {"bypass_csp": True}, WIDE_SPACING),
        ]
        for name, options, style in variants:
            page = site.tab(case.who, **options)
            case.open(page, site)
            if style:
                page.add_style_tag(content=style)
            page.evaluate(UNFOLD)
            report.check(f"{case.name}: no sideways scroll, {name}", page.evaluate(SIDEWAYS))
            page.context.close()
        page = site.tab(case.who, forced_colors="active")
        case.open(page, site)
        page.evaluate(UNFOLD)
        report.check(f"{case.name}: borders stay in forced colours", page.evaluate(BORDERLESS))
        report.check(f"{case.name}: targets 44 px high", page.evaluate(SMALL_TARGETS))
        page.context.close()
    for path in (RESULTS, FILTERED):
        first_card(site, report, path)


def first_card(site, report, path):
    page = site.tab()
    page.goto(site.url + path)
    top = page.locator(".card").first.bounding_box()["y"]
    report.note(f"first card at {top:.0f} px: {path}")
    if path == RESULTS:
        report.check("first card on a phone", [] if top < FIRST_CARD_TOP else [f"{top} px from the top"])
    page.context.close()


def take_screenshots(site, directory):
    directory.mkdir(parents=True, exist_ok=True)
    desktop = {"width": 1200, "height": 900}
    for case in site.pages:
        for name, viewport in (("phone", PHONE), ("desktop", desktop)):
            page = site.tab(case.who, viewport=viewport)
            case.open(page, site)
            page.screenshot(path=directory / f"{case.name}-{name}.png")
            if page.locator("details").count():
                page.evaluate(UNFOLD)
                page.screenshot(path=directory / f"{case.name}-{name}-unfolded.png", full_page=True)
            page.context.close()
