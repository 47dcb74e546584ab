"""What axe says about a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.steps import assert_fits

SCRIPT = Axe().axe_script
# Rules of WCAG 2.2 AA; what else axe recommends, Wagtail's own frame does in its own way.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What axe found to be right stays in the browser: nobody asks for it, and to bring it here takes its time.
VIOLATIONS = """([context, options]) => axe.run(context || document, options).then((found) =>
    found.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`)))"""
# A message that is still fading in has no colours of its own yet.
COMES_TO_REST = "() => Promise.allSettled(document.getAnimations().map((each) => each.finished))"


def violations(page: Page, *, rules: list[str] | None = None, context: dict[str, list[str]] | None = None) -> list[str]:
    """What is wrong, as the name of a rule and the element; by all rules and on all of the page unless said."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    found: list[str] = page.evaluate(VIOLATIONS, [context, options])
    return found


def assert_everybody_can_use(page: Page) -> None:
    """Axe finds nothing on a desk and on a small phone, and nobody has to scroll sideways there."""
    before = page.viewport_size
    page.emulate_media(reduced_motion="reduce")  # else Wagtail's "new" badge pulses for 25 seconds
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)
        page.evaluate(COMES_TO_REST)
        found = violations(page, rules=WCAG)
        assert not found, "\n".join([page.url, *found])
        assert_fits(page)
    if before is not None:
        page.set_viewport_size(before)
