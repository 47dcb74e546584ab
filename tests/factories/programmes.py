"""People who take part in the parts of a programme."""

from people.models import Account, Person
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
