"""What tests of reports begin in besides small worlds of their own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Database


@pytest.fixture(scope="module")
def demonstration(django_db_setup: Database, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, for tests that only read: the template that journeys begin in, copied once for a module."""
    with django_db_blocker.unblock():
        django_db_setup.prepare_demo()
        django_db_setup.restore_demo()
    yield
    with django_db_blocker.unblock():
        django_db_setup.restore()
