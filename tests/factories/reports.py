"""A workshop with every kind of participant, for reports about the agencies of `agency_tree`."""

from dataclasses import dataclass
from datetime import timedelta

from people.models import Person
from tests.factories.people import AgencyTree, join, make_person
from tests.factories.workshops import DAY, make_session, make_workshop, mark, open_session, register
from workshops.models import Registration, Workshop
from workshops.services import withdraw_registration


@dataclass(frozen=True)
class Attended:
    """The workshop and its people by what became of them."""

    workshop: Workshop
    people: dict[str, Person]


def make_attended_workshop(tree: AgencyTree, **fields: object) -> Attended:
    """Two days: sessions 1 and 2 of 60 minutes on the first, 3 of 60 and 4 (not required) on the second; all held.

    whole: of the department, there all the time; session 3 is not recorded. partly: of the clinic, late with a time,
    early without one, excused. late_joiner: of the clinic, confirmed after session 1. gone: of the clinic, withdrew
    before it began. moved: from the clinic to the unrelated agency after the first day. stranger: of the unrelated one.
    """
    workshop = make_workshop(sessions=3, **fields)
    make_session(workshop, day=DAY + timedelta(days=1), slot=3, required=False)
    agencies = {
        "whole": tree.department,
        "partly": tree.clinic,
        "late_joiner": tree.clinic,
        "gone": tree.clinic,
        "moved": tree.clinic,
        "stranger": tree.unrelated,
    }
    people = {name: make_person(agency=agency) for name, agency in agencies.items()}
    first, second, third, fourth = workshop.sessions.order_by("number")
    registrations: dict[str, Registration] = {}
    for name, person in people.items():
        moment = {"at": first.ends_at + timedelta(minutes=5)} if name == "late_joiner" else {}
        registrations[name] = register(workshop, person, agencies[name], **moment)
    withdraw_registration(registration=registrations["gone"], at=first.starts_at - timedelta(days=1))
    join(people["moved"], tree.unrelated, since=DAY + timedelta(days=1))
    for session in (first, second, third, fourth):
        open_session(workshop, session.number)
    for session in (first, second, fourth):
        mark(session, people["whole"])
    mark(first, people["partly"], "late", minutes=30)
    mark(second, people["partly"], "left_early")
    mark(third, people["partly"], "excused")
    for name, session in (("late_joiner", second), ("late_joiner", third), ("moved", first), ("moved", third)):
        mark(session, people[name])
    mark(second, people["moved"], "absent")
    for session in (first, second, third, fourth):
        mark(session, people["stranger"])
    return Attended(workshop, people)
