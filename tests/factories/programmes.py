"""Programmes, their indicators, and people who take part in their parts."""

from datetime import date
from typing import Any

from people.models import Account, Person
from programmes.indicators import UNITS
from programmes.models import Indicator, Programme
from programmes.services import add_indicator, create_programme
from tests.factories.workshops import mark, open_session, register
from workshops.models import Workshop
from workshops.services import sign_off


def take(
    workshop: Workshop, person: Person, facilitator: Account, last: str = "present", *, sessions: int | None = None
) -> None:
    """Register somebody, present in the first sessions and `last` in the last one; the registers are signed."""
    registration = register(workshop, person)
    numbers = list(workshop.sessions.order_by("number").values_list("number", flat=True))
    for number in numbers[:sessions]:
        session = open_session(workshop, number)
        mark(session, registration.person, last if number == numbers[-1] else "present")
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)


PROGRAMME_DAYS = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def make_programme(code: str = "P1", **fields: Any) -> Programme:
    """Plan a programme of the year 2026 with a public page."""
    return create_programme(
        code=code, **{"title_en": f"Programme {code}", "is_public": True, **PROGRAMME_DAYS, **fields}
    )


def make_indicator(programme: Programme, number: str = "1.1", **fields: Any) -> Indicator:
    """Add an indicator that is entered by hand, unless a formula is given, which then says the unit."""
    unit = UNITS.get(fields.get("formula", ""), "number")
    values = {"title_en": f"Indicator {number}", "unit": unit, "target": 0.5 if unit == "share" else 10}
    return add_indicator(programme=programme, number=number, **{**values, **fields})
