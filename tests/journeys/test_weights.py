"""What `bench` says of the weight of pages: with a browser and without one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.test import Client
from django.utils import translation

from assessments.models import Attempt
from operations.browsing import BrowsingError, chromium, fetch
from operations.management.commands.bench import cast, weigh_cast
from operations.management.commands.weights_drill import Kind, heaviest, pages_of
from operations.management.weighing import time_enough
from operations.weights import files_of_page, weight
from people.models import Account
from scripts.chromium import find

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["front page", "catalogue", "lesson", "test", "my learning"]


@pytest.fixture
def site(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A site whose static files may be kept for ever, as those with a hash in their name may."""
    serve = StaticFilesHandlerMixin.serve

    def kept(handler: Any, request: Any) -> Any:
        response = serve(handler, request)
        response["Cache-Control"] = "max-age=315360000, public, immutable"
        return response

    monkeypatch.setattr(StaticFilesHandlerMixin, "serve", kept)
    return live_server.url


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves the file of a rendition open
@pytest.mark.parametrize(
    "browser",
    [pytest.param(True, marks=pytest.mark.deep, id="with Chromium"), pytest.param(False, id="without")],
)
def test_pages_of_the_demonstration_are_weighed_and_nothing_is_left_behind(
    demo: Callable[[str], Account], site: str, browser: bool
) -> None:
    people = cast()

    means, weights = weigh_cast(site, people, find() if browser else None)

    assert "Chrome/" in means if browser else means == "plain HTTP"
    assert [row.name for row in weights] == PAGES
    assert all(row.first_requests >= 4 and row.first_bytes > 30_000 for row in weights)
    assert all(0 < row.later_bytes < row.first_bytes / 2 for row in weights)
    # How soon depends on the machine; that it is later than one way there and back does not.
    assert all(row.first_paint_ms > 400 if browser else row.first_paint_ms is None for row in weights)
    assert Attempt.objects.get(pk=people.attempt.pk).deadline_at == people.attempt.deadline_at
    assert not Session.objects.exists()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_every_page_to_weigh_is_there(demo: Callable[[str], Account], client_of: Callable[..., Any]) -> None:
    people = cast()
    clients = {account: client_of(account) for account in (people.learner, people.attempt.person.account)}
    clients[None] = Client()

    with translation.override("be"):
        pages = list(pages_of(people))

    assert len([kind for kind, _page in pages if kind == "lesson"]) >= 35
    with time_enough(people.attempt):
        answers = {page.path: clients[page.account].get(page.path).status_code for _kind, page in pages}
    assert {path: status for path, status in answers.items() if status != HTTPStatus.OK} == {}


def test_a_kind_of_page_is_as_heavy_as_the_heaviest_of_it() -> None:
    many = weight("M1.1", first=[9_000] * 5, later=[9_000], first_paint_ms=900.4)
    much = weight("M1.2", first=[50_000], later=[16_000], first_paint_ms=800.0)

    assert heaviest("lesson", "be", [many]) == Kind("lesson", "be", 1, 45_000, 5, 9_000, 900, within_budget=True)
    both = heaviest("lesson", "be", [many, much])
    assert both == Kind("lesson", "be", 2, 50_000, 5, 16_000, 900, within_budget=False)


def test_the_same_page_weighs_the_same_with_a_browser_and_without(demo: Callable[[str], Account], site: str) -> None:
    page = f"{site}/en/modules/"
    plain = [fetch(page, {}), *(fetch(each, {}) for each in files_of_page(fetch(page, {}).text, page))]

    with chromium(str(find())) as browser:
        visitor = browser.stranger(site=site, cookies={})
        first, later = dict(visitor.visit(page)), dict(visitor.visit(page))

    # A browser without windows has no place for the icon. Compressed pages differ by some random bytes.
    sizes = {each.address: each.size for each in plain if not each.address.endswith("/emblem.svg")}
    assert {address: pytest.approx(size, abs=200) for address, size in sizes.items()}.items() <= first.items()
    assert set(later) == {page}


def test_a_page_that_is_not_there_has_no_weight(live_server: Any) -> None:
    with chromium(str(find())) as browser, pytest.raises(BrowsingError, match="answered 404 instead of 200"):
        browser.stranger(site=live_server.url, cookies={}).visit(f"{live_server.url}/en/nothing/")
