#!/usr/bin/env python3
"""Checks the pages of a running server in a browser, against ../shared/design/pages.md.

    .local/venv/bin/python Tests/ContractTests/pages/check_pages.py --url http://127.0.0.1:8080 [--screenshots DIR]

`tools/setup --tests` installs what it needs. The server must hold the sample doctors. Pages of people with accounts are checked
where RTD_TEST_DATABASE_URL says which database the server has: doctors' accounts and holds that ran out are made there.
Exit code 1 when any check fails.
"""
import argparse
import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

from page_checks import accessibility, journey, keyboard, layout, markup, self_test, speed
from page_checks.report import Report
from page_checks.site import PERSONAL_PAGES, Site


def main():
    arguments = argparse.ArgumentParser(description="Check the pages of a running server.")
    arguments.add_argument("--url", required=True, help="where the server listens")
    arguments.add_argument("--screenshots", type=pathlib.Path, help="write a picture of every page into this directory")
    options = arguments.parse_args()
    report = Report()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        site = Site(options.url.rstrip("/"), browser)
        self_test.run(browser, report)
        site.pages = site.pages + PERSONAL_PAGES
        for module in (markup, accessibility, layout, keyboard, speed):
            module.run(site, report)
        keyboard.run_personal(site, report)
        journey.run(site, report)
        if options.screenshots:
            layout.take_screenshots(site, options.screenshots)
        browser.close()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
