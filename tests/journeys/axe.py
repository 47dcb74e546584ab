"""What axe says about a page of the CMS."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.steps import assert_fits

# Rules of WCAG 2.2 AA; what else axe recommends, Wagtail's own frame does in its own way.
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# A message that is still fading in has no colours of its own yet.
COMES_TO_REST = "() => Promise.allSettled(document.getAnimations().map((each) => each.finished))"


def assert_everybody_can_use(page: Page) -> None:
    """Axe finds nothing on a desk and on a small phone, and nobody has to scroll sideways there."""
    before = page.viewport_size
    page.emulate_media(reduced_motion="reduce")  # else Wagtail's "new" badge pulses for 25 seconds
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)
        page.evaluate(COMES_TO_REST)
        violations = Axe().run(page, options=OPTIONS).response["violations"]
        found = [f"{each['id']}: {node['html'][:160]}" for each in violations for node in each["nodes"]]
        assert not found, "\n".join([page.url, *found])
        assert_fits(page)
    if before is not None:
        page.set_viewport_size(before)
