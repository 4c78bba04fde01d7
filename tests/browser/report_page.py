#!/usr/bin/env python3
"""Opens `report.html` of the sample report in a headless Chromium, uses it, and looks for what is wrong.

    cargo test -p otn --test network_report            # writes the sample
    apt-get install chromium && pip install playwright
    python3 tests/browser/report_page.py [PAGE] [--pictures DIR]

Checks that the page loads nothing, has no error in the console, does not scroll sideways at 1400 and 390 pixels, light and
dark; that the slider, the buttons and the keyboard change the state; that the chain of an alarm's causes is told; that a
service's routes are shown. Prints a line a check; ends with 1 where one failed.
"""

import argparse
import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

STATE = """() => ({
    now: document.getElementById('now').textContent,
    failed: document.querySelectorAll('.line .way.failed').length,
    degraded: document.querySelectorAll('.line .way.degraded').length,
    down: document.querySelectorAll('#map-picture .site.down').length,
    services: [...document.querySelectorAll('#state .state-mark')].map((mark) => mark.textContent),
    restored: document.querySelectorAll('.slot.restoration').length,
})"""


class Checks:
    """Counts what is not as it should be."""

    def __init__(self):
        self.failed = 0

    def that(self, holds, what, found=""):
        self.failed += not holds
        print("ok  " if holds else "FAIL", what, "" if holds else found)


def opened(browser, page_path, width, scheme, checks):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.wrong, page.loaded = [], []
    page.on("console", lambda m: page.wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: page.loaded.append(request.url))
    page.goto(page_path.as_uri())
    page.wait_for_function("document.getElementById('now').textContent !== ''")
    wide = page.evaluate("document.documentElement.scrollWidth")
    checks.that(wide <= width, f"{width} {scheme}: no scrolling sideways", f"{wide} pixels wide")
    return page


def slide(page, share):
    box = page.locator("#instant").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 8 + (box["width"] - 16) * share, y, steps=5)
    page.mouse.up()
    return page.evaluate(STATE)


def use(page, checks):
    early, cut, ramp, power = (slide(page, share) for share in (0.05, 0.36, 0.55, 0.87))
    checks.that(early["failed"] == 0 and all("working" in s for s in early["services"]), "all is well before the cut", early)
    checks.that(cut["failed"] == 4 and any("protection" in s for s in cut["services"]), "the cut fails two lines, both ways", cut)
    checks.that(cut["restored"] == 1, "a slot is taken for restoration", cut)
    checks.that(ramp["degraded"] == 1, "the ramp degrades one direction", ramp)
    checks.that(power["down"] == 1, "a node has lost its power", power)
    page.focus("#instant")
    page.keyboard.press("ArrowLeft")
    checks.that(page.inner_text("#now") != power["now"], "an arrow key moves the instant")
    page.click("#later")
    later = page.inner_text("#now")
    page.click("#earlier")
    checks.that(page.inner_text("#now") != later, "the buttons go from change to change")
    page.click("#play")
    page.wait_for_timeout(400)
    page.click("#play")
    checks.that(page.evaluate(STATE)["now"] != later, "it plays")

    page.select_option("#window", "1")
    ends = [float(page.inner_text(f"#span-{end}").split()[0]) for end in ("from", "to")]
    checks.that(299 < ends[0] < 300.5 and 303 < ends[1] < 320, "the span of the cut is its cascade in ms", ends)
    page.locator("#alarm-picture .bar.consequent").nth(3).hover()
    told = page.inner_text("#tip")
    checks.that("← cLOS" in told and "← event 1" in told, "the chain of causes ends in the event", told)
    checks.that(page.locator(".bar.linked").count() >= 1, "and is marked")
    page.locator("#alarm-picture .bar").first.focus()
    page.keyboard.press("ArrowRight")
    checks.that("event" in page.inner_text("#alarm-chain"), "the keyboard reaches alarms")
    page.select_option("#window", "all")

    page.locator("#state .pick").nth(4).hover()
    checks.that(page.locator("#map-picture .halo").count() == 8, "a service shows its routes")
    page.locator("#services").hover()
    checks.that(page.locator("#map-picture .halo").count() == 0, "and no longer when left")
    before = page.inner_text("#line-facts")
    page.select_option("#line-choice", "0")
    checks.that(page.inner_text("#line-facts") != before, "another line can be chosen")
    bars = page.locator("#alarm-picture .bar").count()
    page.check("#alarm-primary")
    checks.that(0 < page.locator("#alarm-picture .bar").count() < bars, "primary alarms alone")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", nargs="?", type=Path, default=TARGET / "tmp/network-report/report.html")
    parser.add_argument("--pictures", type=Path, help="write pictures of the whole page to this folder")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    checks = Checks()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        for width in (1400, 390):
            for scheme in ("light", "dark"):
                page = opened(browser, arguments.page.resolve(), width, scheme, checks)
                if arguments.pictures:
                    arguments.pictures.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=arguments.pictures / f"{width}-{scheme}.png", full_page=True)
                if width == 1400:
                    use(page, checks)
                checks.that(page.wrong == [], f"{width} {scheme}: no error in the console", page.wrong)
                checks.that(len(page.loaded) == 1, f"{width} {scheme}: nothing but the page is loaded", page.loaded)
        browser.close()
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
