"""Messages about content: what an expert is asked to review, and what has to be looked at again."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from library.models import Expert
from mail.kinds import CONTENT
from mail.models import Message
from mail.services import Extras, replan_message
from people.models import Account


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
