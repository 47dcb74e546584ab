"""What every test can ask for: a database that is ready, people with roles, a client that is signed in."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client, RequestFactory, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from people.models import Account
from tests.databases import Database, database
from tests.factories.people import AgencyTree, make_account, make_agency_tree, make_role_holders, make_standing

# Playwright's synchronous interface runs an event loop, in which Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long an example takes, and how long it is to draw, depends on what else the machine does.
hypothesis_settings.register_profile("academy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("academy")


# What is made while tests are looked for stays until the end, so that nobody need look for garbage among it.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is collected, and what is there already is left alone."""
    gc.freeze()
    gc.enable()


def pytest_configure() -> None:
    """Under the settings of production (tests/production.py) everybody comes by HTTPS."""
    if settings.SECURE_SSL_REDIRECT:
        usual = RequestFactory._base_environ
        RequestFactory._base_environ = lambda self, **request: usual(
            self, **{**request, "wsgi.url_scheme": "https", "SERVER_PORT": "443"}
        )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only tests marked db are wanted, files in which no such mark stands are not even loaded."""
    wanted = "db" in config.getoption("markexpr").split(" and ") and collection_path.match("test_*.py")
    return True if wanted and "mark.db" not in collection_path.read_text(encoding="utf-8") else None


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[Database]:
    """Copy the migrated template instead of migrating, and give it back to every test that commits."""
    copy = database()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        copy.prepare()
        # Django empties all tables after such a test, Wagtail's root page and languages included.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: copy.restore())
        yield copy
        copy.remove()


@pytest.fixture(scope="module")
def demonstration(django_db_setup: Database, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration for tests that are rolled back: what journeys begin in, copied once for a module."""
    with django_db_blocker.unblock():
        django_db_setup.prepare_demo()
        django_db_setup.restore_demo()
    yield
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)
    with django_db_blocker.unblock():
        django_db_setup.restore()


def forget_what_was_kept() -> None:
    """Empty what processes share, and what this one keeps for itself."""
    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Every test starts with an empty cache and in English, whatever the one before it asked for."""
    forget_what_was_kept()
    translation.activate("en")
    yield
    translation.deactivate()


# --- What stands for a whole module ----------------------------------------------------------------------------------
# Making people with roles takes longer than most tests. Where all tests of a module are rolled back, they stand for it:
# what its fixture `standing` makes with `make_standing`, or else agencies and people with roles.
STANDING, PEOPLE = "standing", "people_standing"
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that begin in what stands come after the others of their module, which begin with nothing.

    Modules that begin in the demonstration come first: who loads it does so while the other workers have much to do.
    """
    committing = {item.path for item in items if _commits(item)}
    modules = [list(tests) for _module, tests in groupby(items, key=lambda item: item.path)]
    for tests in modules:
        stands, commits = any(_asks_for(STANDING, item) for item in tests), tests[0].path in committing
        if stands and commits:
            raise pytest.UsageError(f"{tests[0].path}: where something stands for a module, no test may commit.")
        if not stands and not commits:
            _let_people_stand(tests)
    modules.sort(key=lambda tests: not any(_asks_for("demonstration", item) for item in tests))
    items[:] = [item for tests in modules for item in sorted(tests, key=_begins_in_what_stands)]


def _let_people_stand(tests: list[pytest.Item]) -> None:
    for item in tests:
        if _asks_for("roles", item) and PEOPLE not in item.fixturenames:
            item.fixturenames.insert(0, PEOPLE)  # before the transaction of the test begins


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = COMMITTING.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or bool(marker and marker.kwargs.get("transaction"))


def _asks_for(fixture: str, item: pytest.Item) -> bool:
    """Whether a test asks for a fixture, and not for values of its own by that name."""
    own = item.callspec.params if hasattr(item, "callspec") else ()
    return fixture in getattr(item, "fixturenames", ()) and fixture not in own


def _begins_in_what_stands(item: pytest.Item) -> bool:
    return _asks_for(STANDING, item) or _asks_for(PEOPLE, item)


@pytest.fixture(scope="module")
def standing_database(django_db_setup: Database, django_db_blocker: Any) -> Iterator[None]:
    """What is made on top of this stands until the module ends; what its tests change is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_what_was_kept()
        translation.activate("en")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def people_standing(standing_database: None) -> SimpleNamespace:
    """Agencies and people with roles, where a module makes nothing else that stands."""
    return make_standing()


@pytest.fixture
def stood(standing: SimpleNamespace, db: None) -> SimpleNamespace:
    """The objects of what the module made to stand, for one test to change as it likes.

    A test that asks for it, directly or through another fixture, begins in what stands, and must not commit.
    """
    return deepcopy(standing)


@pytest.fixture
def people_stood(people_standing: SimpleNamespace, db: None) -> SimpleNamespace:
    """The objects of agencies and people that stand, for one test to change as it likes."""
    return deepcopy(people_standing)


def _what_stands(request: pytest.FixtureRequest) -> SimpleNamespace:
    found: SimpleNamespace = request.getfixturevalue("stood" if STANDING in request.fixturenames else "people_stood")
    return found


# --- People with roles -----------------------------------------------------------------------------------------------
@pytest.fixture
def agency_tree(request: pytest.FixtureRequest, db: None) -> AgencyTree:
    """Ministry > regional department > clinic, and one agency that has nothing to do with them."""
    return _what_stands(request).tree if _begins_in_what_stands(request.node) else make_agency_tree()


@pytest.fixture
def account(db: None) -> Account:
    """A person of an agency, with an account and no role beyond learning."""
    return make_account()


@pytest.fixture
def client_of() -> Callable[[Account], Client]:
    """`client_of(account).get(…)`: a test client that is signed in."""

    def signed_in(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="people.backends.AccountBackend")
        return client

    return signed_in


@pytest.fixture
def roles(request: pytest.FixtureRequest, agency_tree: AgencyTree) -> SimpleNamespace:
    """One account per role, all at the clinic except the coordinators, who stand where their agency is."""
    return _what_stands(request).roles if _begins_in_what_stands(request.node) else make_role_holders(agency_tree)
