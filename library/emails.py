"""Messages about content: what an expert is asked to review, and what has to be looked at again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from library.models import Expert
from library.translatables import Due
from mail.kinds import CONTENT
from mail.models import Message
from mail.services import Extras, replan_message
from people.models import Account, Person

# So many texts stand in a list; of the others it says how many there are.
MOST_LINES = 20


def plan_review_asked(state: Any, account: Account, title: str, send_after: datetime | None = None) -> Message | None:
    """Tell an expert that a text waits for a review; each turn of a text is told once."""
    person = account.person
    assert person is not None  # noqa: S101 - whoever asks leaves accounts of nobody out
    with override(person.language):
        context = {
            "title": title,
            "doctor": state.task.specific.expert == Expert.DOCTOR,
            "page": settings.SITE_ADDRESS + reverse("reviews:review", args=[state.pk]),
        }
    return replan_message(
        key=f"review:{state.pk}:{person.pk}",
        recipient=person,
        template="library/review_asked",
        context=context,
        send_after=send_after or timezone.now(),
        moves=False,
        extras=Extras(digest="content", kind=CONTENT),
    )


def plan_review_list(
    person: Person, week: str, late: Sequence[Due], soon: Sequence[Due], send_after: datetime
) -> Message | None:
    """Plan the list of a week for an editor: what is overdue, and what is due soon."""
    with override(person.language):
        context = {
            "late": _lines(late),
            "late_more": max(0, len(late) - MOST_LINES),
            "soon": _lines(soon),
            "soon_more": max(0, len(soon) - MOST_LINES),
            "page": settings.SITE_ADDRESS + reverse("desk:index"),
        }
    return replan_message(
        key=f"review_list:{person.pk}:{week}",
        recipient=person,
        template="library/review_list",
        context=context,
        send_after=send_after,
        moves=False,
        extras=Extras(kind=CONTENT),
    )


def _lines(due: Sequence[Due]) -> list[dict[str, str]]:
    return [{"day": date_format(each.review_on, "SHORT_DATE_FORMAT"), "title": each.title} for each in due[:MOST_LINES]]
