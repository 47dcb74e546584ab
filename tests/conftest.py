"""What every test can ask for: a database that is ready, people with roles, a client that is signed in."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings

from people.models import Account, Agency
from tests.databases import Database, database
from tests.factories.people import make_account, make_agency

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


@dataclass(frozen=True)
class AgencyTree:
    """Three levels, and an agency beside them: what scope by agency is about."""

    ministry: Agency
    department: Agency
    clinic: Agency
    unrelated: Agency


@pytest.fixture
def agency_tree(db: None) -> AgencyTree:
    """Ministry > regional department > clinic, and one agency that has nothing to do with them."""
    ministry = make_agency(code="ministry", kind=Agency.Kind.STATE_AUTHORITY)
    department = make_agency(code="department", kind=Agency.Kind.REGIONAL_AUTHORITY, parent=ministry)
    clinic = make_agency(code="clinic", parent=department)
    return AgencyTree(ministry, department, clinic, make_agency(code="unrelated", kind=Agency.Kind.NGO))


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
    tree = agency_tree
    return SimpleNamespace(
        learner=make_account(agency=tree.clinic),
        facilitator=make_account("facilitator", agency=tree.clinic),
        coordinator=make_account("coordinator", agency=tree.clinic),
        coordinator_above=make_account("coordinator", agency=tree.ministry),
        coordinator_elsewhere=make_account("coordinator", agency=tree.unrelated),
        manager=make_account("manager", agency=tree.clinic),
        editor=make_account("editor", agency=tree.clinic),
        administrator=make_account("administrator", agency=tree.clinic),
    )
