"""axe-core on every page, folded and unfolded."""
from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
UNFOLD = "() => document.querySelectorAll('details').forEach(part => part.open = true)"


def scan(page):
    """What axe finds wrong, and what it could not decide."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [texts(found[kind]) for kind in ("violations", "incomplete")]


def texts(findings):
    return [
        f"{finding['id']}: {finding['help']}: {' '.join(map(str, node['target']))}"
        for finding in findings for node in finding["nodes"][:3]
    ]


def run(site, report):
    for case in site.pages:
        page = site.tab(case.who)
        case.open(page, site)
        scan_into(report, page, case.name)
        if page.locator("details").count():
            page.evaluate(UNFOLD)
            scan_into(report, page, f"{case.name}, unfolded")
        page.context.close()


def scan_into(report, page, name):
    violations, incomplete = scan(page)
    report.check(f"{name}: axe", violations)
    for finding in incomplete:
        report.note(f"{name}: axe cannot decide {finding}")
