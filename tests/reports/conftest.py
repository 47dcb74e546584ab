"""A workshop that was attended, once for each module that reads reports of it."""

from types import SimpleNamespace

import pytest

from tests.factories.people import make_standing
from tests.factories.reports import Attended, make_attended_workshop


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    """Agencies, people with roles, and a workshop of two days in which people of the agencies took part."""
    return make_standing(attended=make_attended_workshop)


@pytest.fixture
def attended(stood: SimpleNamespace) -> Attended:
    """The workshop that stands for the whole module; `moved` goes from one agency to another after the first day."""
    return stood.attended
