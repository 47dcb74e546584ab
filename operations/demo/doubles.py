"""People who look alike in the demonstration: one recorded twice, two who are two, a merge undone; and a helper.

Who they are is decided where people are made up (`people.ALIKE`).
"""

from datetime import datetime, timedelta

from operations.demo.clock import at
from operations.demo.people import World, public_code
from people.models import Person
from people.services import MergePlan, mark_not_the_same, merge_persons, undo_merge
from workshops.models import Facilitation, Workshop
from workshops.services import add_facilitator, answer_facilitation

# Whom nobody has decided about, who were found to be two, and who were merged and are two again.
UNDECIDED, NOT_THE_SAME, MERGED = (79, 80), (174, 166), (176, 183)
# Who checks people in at the running workshop, and may do nothing else there.
WORKSHOP, HELPER = "IW-02", 181


def load_doubles(world: World, now: datetime) -> None:
    """A manager looked at two pairs and left the third to the coordinator; somebody helps at the door."""
    manager, facilitator = world.accounts["manager"], world.accounts["facilitator"]
    with at(now - timedelta(days=6)):
        one, other = map(_person, NOT_THE_SAME)
        mark_not_the_same(one=one, other=other, actor=manager)
    with at(now - timedelta(days=5)):
        kept, merged = map(_person, MERGED)
        merge = merge_persons(plan=MergePlan(kept, merged, manager))
    with at(now - timedelta(days=5) + timedelta(hours=3)):
        undo_merge(merge=merge, actor=manager)
    with at(now - timedelta(days=2)):
        workshop, helper = Workshop.objects.get(code=WORKSHOP), _person(HELPER)
        right = Facilitation.Right.CHECK_IN
        named = add_facilitator(workshop=workshop, person=helper, right=right, actor=facilitator)
        answer_facilitation(facilitation=named, accepts=True)


def _person(number: int) -> Person:
    return Person.objects.get(public_code=public_code(number))
