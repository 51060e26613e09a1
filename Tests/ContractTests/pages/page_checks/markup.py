"""Bytes, HTML and link names of every page, as the server sends them."""
import gzip

import html5lib

HTML_BUDGET, RESULTS_BUDGET = 24_000, 40_000
CSS_BUDGET, SCRIPT_BUDGET = 20_000, 10_000
FIRST_VIEW_REQUESTS, FIRST_VIEW_BYTES, FIRST_VIEW_GZIPPED = 4, 70_000, 25_000

LINK_NAMES = """() => [...document.querySelectorAll('a[href]')].map(link => {
    const copy = link.cloneNode(true);
    copy.querySelectorAll('[aria-hidden=true]').forEach(part => part.remove());
    return [link.ariaLabel || copy.textContent.replace(/\\s+/g, ' ').trim(), link.getAttribute('href')];
})"""


def html_problems(html):
    """Parse errors, as the HTML standard has them."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return [f"{position}: {code} {data}" for position, code, data in parser.errors]


def link_problems(page):
    """One link name, one target."""
    targets = {}
    for name, target in page.evaluate(LINK_NAMES):
        targets.setdefault(name, set()).add(target)
    return [f"“{name}” leads to {sorted(found)}" for name, found in targets.items() if len(found) > 1 or not name]


def over(what, size, budget):
    return [f"{what}: {size} is more than {budget}"] if size > budget else []


def run(site, report):
    for case in site.pages:
        page = site.tab(case.who)
        responses = []
        page.on("response", lambda received: responses.append(received))
        response = case.open(page, site)
        page.wait_for_load_state("networkidle")
        report.check(f"{case.name}: status", [] if response.status == case.status else [f"{response.status}"])
        body = response.body()
        report.check(f"{case.name}: HTML", html_problems(body.decode()))
        report.check(
            f"{case.name}: bytes", over("HTML", len(body), RESULTS_BUDGET if case.is_results else HTML_BUDGET))
        report.check(f"{case.name}: one link name, one target", link_problems(page))
        report.note(f"{case.name}: {len(body)} bytes of HTML, {len(gzip.compress(body))} gzipped")
        if page.url == response.url and len({r.url for r in responses}) == len(responses):
            report.check(f"{case.name}: first view", first_view_problems(responses))
        page.context.close()


def first_view_problems(responses):
    bodies = {response.url: response.body() for response in responses}
    sizes = {"stylesheet": CSS_BUDGET, "script": SCRIPT_BUDGET}
    problems = over("requests", len(responses), FIRST_VIEW_REQUESTS)
    problems += over("bytes", sum(map(len, bodies.values())), FIRST_VIEW_BYTES)
    problems += over("gzipped bytes", sum(len(gzip.compress(body)) for body in bodies.values()), FIRST_VIEW_GZIPPED)
    for response in responses:
        budget = sizes.get(response.request.resource_type)
        if budget:
            problems += over(response.url, len(bodies[response.url]), budget)
    return problems
