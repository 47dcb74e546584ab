"""Whatever happened in workshops: funnels never widen, shares lie between 0 and 1, and reports say what tables say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.models import Agency
from reports.columns import Report
from reports.queries import KINDS, Audience, Question, scope_of
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register
from tests.reports import demo_oracle as oracle
from workshops.models import AttendanceStatus, Registration
from workshops.services import withdraw_registration

pytestmark = pytest.mark.django_db

AFTER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
# Each example gives its rows back, so that the next one may use the same reader.
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SESSIONS = 2
NESTED = ("registered", "confirmed", "started", "completed", "certified")


@dataclass(frozen=True)
class Story:
    """What became of somebody: status in each session, a completion that was recorded, leaving afterwards."""

    agency: int
    statuses: list[str]
    completed: bool
    gone: bool


stories = st.builds(
    Story,
    agency=st.integers(0, 1),
    statuses=st.lists(st.sampled_from(AttendanceStatus.values), min_size=SESSIONS, max_size=SESSIONS),
    completed=st.booleans(),
    gone=st.booleans(),
)


@contextmanager
def world(told: list[Story]) -> Iterator[None]:
    """A workshop that went like that, for as long as it is looked at."""
    with transaction.atomic():
        agencies = [make_agency(region=region) for region in ("brest", "gomel")]
        workshop = make_workshop(sessions=SESSIONS)
        people = [make_person(agency=agencies[story.agency]) for story in told]
        registered = [
            register(workshop, person, agencies[story.agency]) for person, story in zip(people, told, strict=True)
        ]
        for number in range(1, SESSIONS + 1):
            session = open_session(workshop, number)
            for person, story in zip(people, told, strict=True):
                mark(session, person, story.statuses[number - 1])
        for registration, story in zip(registered, told, strict=True):
            if story.completed:
                Registration.objects.filter(pk=registration.pk).update(completed_at=AFTER, completion={})
            if story.gone:
                registration.refresh_from_db()
                withdraw_registration(registration=registration, at=session.ends_at)
        yield
        transaction.set_rollback(True)


def ask(name: str, account: Any) -> Report:
    return KINDS[name].ask(Question(scope=scope_of(account), now=AFTER, audience=Audience.AGENCY))


@given(told=st.lists(stories, min_size=1, max_size=5))
@FEW
def test_funnels_never_widen_and_shares_lie_between_0_and_1(roles, told):
    with world(told):
        reports = [ask(name, roles.manager) for name in ("participation", "agencies", "reach", "agency-attendance")]

    for report in reports:
        shares = [column.key for column in report.columns if column.type == "share"]
        for row in [*report.rows, report.totals]:
            funnel = [row[key] for key in NESTED if key in row]
            assert funnel == sorted(funnel, reverse=True)
            assert [row[key] for key in shares if row.get(key) is not None and not 0 <= row[key] <= 1] == []


@given(told=st.lists(stories, min_size=1, max_size=5))
@FEW
def test_counts_and_minutes_are_what_the_tables_say(roles, told):
    with world(told):
        facts = oracle.Facts(set(Agency.objects.values_list("pk", flat=True)), AFTER)
        (row,), agencies = ask("participation", roles.manager).rows, ask("agencies", roles.manager)
        attendance = ask("agency-attendance", roles.manager)
        (wanted,), _totals = oracle.participation(facts)
        alone, totals, _together = oracle.agencies(facts)
        _rows, minutes = oracle.agency_attendance(facts)

    assert {key: row[key] for key in wanted} == wanted
    by_code = {each["agency"]: each for each in agencies.rows}
    assert {each["agency"]: {key: by_code[each["agency"]][key] for key in each} for each in alone} == {
        each["agency"]: each for each in alone
    }
    assert agencies.totals == totals
    assert {key: attendance.totals[key] for key in minutes} == minutes
