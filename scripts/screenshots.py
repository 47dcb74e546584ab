"""Pictures of the pages that decide, in every language, width and colour scheme.

    python -m scripts.screenshots http://127.0.0.1:8000 FOLDER [--languages en,ru,be] [--only home,lesson]

They are taken from a running demonstration by Chromium, as each of its people sees them. Whoever changes a page looks
at its pictures. Twelve of them are kept, small, in the repository:

    python -m scripts.screenshots http://127.0.0.1:8000 FOLDER --keep docs/screenshots
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PASSWORD = "migration-health"  # noqa: S105 - of the demonstration, refused everywhere else
WIDTHS = {360: 740, 1280: 900}


@dataclass(frozen=True)
class Shown:
    """A page, who looks at it, and what to press on the page first to get to what is meant."""

    name: str
    address: str
    who: str = ""
    press: str = ""


PAGES = [
    Shown("home", "/{0}/"),
    Shown("catalogue", "/{0}/modules/"),
    Shown("module", "/{0}/modules/M1/"),
    Shown("workshops", "/{0}/workshops/"),
    Shown("workshop", "/{0}/workshops/IW-03/"),
    Shown("resources", "/{0}/resources/"),
    Shown("search", "/{0}/search/?q=migrant"),
    Shown("glossary", "/{0}/glossary/"),
    Shown("sign-in", "/{0}/account/login/"),
    Shown("verification", "/v/?lang={0}"),
    Shown("not-found", "/{0}/nowhere/"),
    Shown("home-signed-in", "/{0}/", "learner"),
    Shown("lesson", "/{0}/modules/M1/M1.1/", "learner"),
    Shown("my-learning", "/{0}/my/", "learner"),
    Shown("whole-module", "/{0}/modules/M1/whole/", "learner"),
    Shown("notes", "/{0}/my/notes/", "learner"),
    Shown("discussion", "/{0}/modules/M1/discussion/", "learner"),
    Shown("calendar", "/{0}/my/calendar/", "learner"),
    Shown("offline", "/{0}/modules/M1/offline/", "learner"),
    Shown("certificates", "/{0}/my/certificates/", "learner"),
    Shown("certificate", "/{0}/my/certificates/", "learner", "main h2 a, main h3 a"),
    Shown("final-test", "/{0}/modules/M1/test/", "learner"),
    Shown("test", "/{0}/modules/M1/test/", "learner", "main form button, main a.button"),
    Shown("result", "/{0}/modules/M0/test/", "learner", "main a[href*=result]"),
    Shown("manage", "/{0}/workshops/IW-02/manage/", "facilitator"),
    Shown("register", "/{0}/workshops/IW-02/sessions/2/register/", "facilitator"),
    Shown("threshold", "/{0}/workshops/IW-02/threshold/", "facilitator"),
    Shown("attendance", "/{0}/reports/attendance/", "coordinator"),
    Shown("results", "/{0}/reports/results/", "coordinator"),
    Shown("forbidden", "/{0}/workshops/new/", "learner"),
]

# (picture, how much of its height is kept, in its own pixels)
KEPT = [
    ("home-en-1280-light", 1100),
    ("home-be-360-dark", 1000),
    ("catalogue-ru-1280-light", 1000),
    ("lesson-be-1280-light", 1300),
    ("lesson-ru-360-light", 1000),
    ("my-learning-ru-1280-dark", 1000),
    ("test-en-360-light", 1000),
    ("manage-en-1280-light", 1100),
    ("register-be-360-light", 1000),
    ("attendance-ru-1280-light", 1100),
    ("results-en-1280-light", 1100),
    ("attendance-be-360-light", 1000),
]
SMALL = {360: 270, 1280: 640}
COLOURS = 256


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("site")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", default="en,ru,be")
    parser.add_argument("--only", default="")
    parser.add_argument("--scheme", default="light,dark")
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    only = set(filter(None, chosen.only.split(",")))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in chosen.scheme.split(","):
            for language in chosen.languages.split(","):
                for path in _take(browser, chosen.site, chosen.folder, language=language, scheme=scheme, only=only):
                    sys.stdout.write(f"{path}\n")
        browser.close()
    if chosen.keep:
        _keep(chosen.folder, chosen.keep)


def _take(browser: Browser, site: str, folder: Path, *, language: str, scheme: str, only: set[str]) -> Iterator[Path]:
    for who in sorted({page.who for page in PAGES}):
        wanted = [page for page in PAGES if page.who == who and (not only or page.name in only)]
        if not wanted:
            continue
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        _sign_in(context, site, language, who)
        page = context.new_page()
        for shown in wanted:
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                path = folder / f"{shown.name}-{language}-{width}-{scheme}.png"
                _picture(page, site, shown, language, path)
                yield path
        context.close()


def _sign_in(context: BrowserContext, site: str, language: str, who: str) -> None:
    if not who:
        return
    page = context.new_page()
    page.goto(f"{site}/{language}/account/login/")
    page.locator("details > summary").last.click()
    page.locator("details input[name=login]").fill(f"{who}@demo.example")
    page.locator("details input[name=password]").fill(PASSWORD)
    page.locator("details form button").last.click()
    page.close()


def _picture(page: Page, site: str, shown: Shown, language: str, path: Path) -> None:
    page.goto(site + shown.address.format(language), wait_until="load")
    if shown.press:
        page.locator(shown.press).first.click()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, full_page=True)


def _keep(pictures: Path, folder: Path) -> None:
    """Write the small pictures: the top of each page, half as wide, in few colours."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, height in KEPT:
        picture = Image.open(pictures / f"{name}.png").convert("RGB")
        top = picture.crop((0, 0, picture.width, min(height, picture.height)))
        width = SMALL[picture.width]
        small = top.resize((width, round(top.height * width / top.width)), Image.Resampling.LANCZOS)
        # The colours of the aspects are rare and have to stay.
        small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
