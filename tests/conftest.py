"""What every test can ask for: a database that is ready, people with roles, a client that is signed in."""

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings

from people.models import Account
from tests.databases import Database, database
from tests.factories.people import AgencyTree, make_account, make_agency_tree, make_role_holders

# Playwright's synchronous interface runs an event loop, in which Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long an example takes, and how long it is to draw, depends on what else the machine does.
settings.register_profile("academy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("academy")


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


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Every test starts with an empty cache and in English, whatever the one before it asked for."""
    cache.clear()
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture
def agency_tree(db: None) -> AgencyTree:
    """Ministry > regional department > clinic, and one agency that has nothing to do with them."""
    return make_agency_tree()


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
def roles(agency_tree: AgencyTree) -> SimpleNamespace:
    """One account per role, all at the clinic except the coordinators, who stand where their agency is."""
    return make_role_holders(agency_tree)
