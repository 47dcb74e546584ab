"""Pages on the wire: visits of somebody who was never there, with the browser that is there or without one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from assessments.models import Attempt
from operations.browsing import Visitor, chromium, fetch
from operations.management.web import signed_in
from operations.weights import Weight, files_of_page, files_of_styles, stays_cached, weight
from people.models import Account

PLAIN = "plain HTTP"
# The bytes of each answer at the first visit of a page, and at the next; milliseconds until its first paint.
Visits = tuple[list[int], list[int], float | None]
Visit = Callable[[str, dict[str, str]], Visits]


@dataclass(frozen=True)
class WeighedPage:
    """A page as it is called in the figures, who looks at it, and its path."""

    name: str
    account: Account | None
    path: str


def weigh(site: str, pages: Iterable[WeighedPage], browser: str | None) -> tuple[str, list[Weight]]:
    """Weigh the pages at a site with the browser of that path, or without one. Returns what with, and the weights."""
    weights = []
    with _visits(site, browser) as (means, visit):
        for page in pages:
            with _cookies(page.account) as cookies:
                first, later, first_paint = visit(site + page.path, cookies)
            weights.append(weight(page.name, first=first, later=later, first_paint_ms=first_paint))
    return means, weights


@contextmanager
def time_enough(attempt: Attempt) -> Iterator[None]:
    """Keep a test open while it is looked at: that of the demonstration may be over by now."""
    same = Attempt.objects.filter(pk=attempt.pk)
    same.update(deadline_at=None)
    try:
        yield
    finally:
        same.update(deadline_at=attempt.deadline_at)


@contextmanager
def _visits(site: str, browser: str | None) -> Iterator[tuple[str, Visit]]:
    """Give the means of visiting pages, each time as somebody who was never there."""
    if browser is None:
        yield PLAIN, _with_plain_requests
        return
    with chromium(browser) as running:
        yield (
            running.version,
            lambda page, mine: _with_browser(partial(running.stranger, site=site, cookies=mine), page),
        )


def _with_browser(stranger: Callable[[], Visitor], address: str) -> Visits:
    visitor = stranger()
    first, later = visitor.visit(address), visitor.visit(address)
    return [size for _address, size in first], [size for _address, size in later], stranger().first_paint(address)


def _with_plain_requests(address: str, cookies: dict[str, str]) -> Visits:
    page = fetch(address, cookies)
    files = [fetch(each, {}) for each in files_of_page(page.text, address)]
    styles = [file for file in files if file.address.endswith(".css")]
    files += [fetch(each, {}) for file in styles for each in files_of_styles(file.text, file.address)]
    again = [each.size for each in (page, *files) if not stays_cached(each.cache_control)]
    return [each.size for each in (page, *files)], again, None


@contextmanager
def _cookies(account: Account | None) -> Iterator[dict[str, str]]:
    """Cookies of somebody who has signed in, for a while; no sign-in is written down for it."""
    if account is None:
        yield {}
        return
    session = signed_in(account)
    try:
        yield {settings.SESSION_COOKIE_NAME: session.session_key or ""}
    finally:
        session.delete()
