"""Messages about workshops."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from mail.models import Message
from mail.services import plan_message, replan_message
from people.models import Person
from workshops.models import Session, Workshop
from workshops.zones import offset


def plan_reminder(*, key: str, person: Person, session: Session, send_after: datetime) -> Message | None:
    """Plan the reminder of the session with which a workshop begins for a person, or bring it up to date."""
    context = {
        **_about(session.workshop, person),
        "session": session,
        "offset": offset(session.starts_at, session.zone),
        "in_room": session.mode != Session.Mode.ONLINE,
        "online": session.mode != Session.Mode.ROOM,
    }
    return replan_message(
        key=key, recipient=person, template="workshops/reminder", context=context, send_after=send_after
    )


def plan_notice(*, key: str, person: Person, workshop: Workshop) -> Message | None:
    """Plan the message that a workshop is postponed or cancelled, with the reason."""
    return plan_message(
        key=key, recipient=person, template=f"workshops/{workshop.status}", context=_about(workshop, person)
    )


def _about(workshop: Workshop, person: Person) -> dict[str, Any]:
    with override(person.language):
        page, others = reverse("workshop", args=[workshop.code]), reverse("workshops")
    return {"workshop": workshop, "page": settings.SITE_ADDRESS + page, "others": settings.SITE_ADDRESS + others}
