"""Recording events."""

from typing import Any

from django.db.models import Model, QuerySet

from audit.context import current
from audit.models import Event


def record(
    action: str,
    *,
    obj: Model | None = None,
    actor: Any = None,
    subject: Any = None,
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> Event:
    """Add an event inside the caller's transaction.

    `actor` is an account (default: whoever sent the request being served), `subject` the person it is about.
    """
    context = current()
    return Event.objects.create(
        action=action,
        actor_id=actor.pk if actor is not None else context.account_id(),
        subject=subject,
        object_type=obj._meta.label if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        before=before,
        after=after,
        reason=reason,
        request_id=context.request_id,
        address_hash=context.address_hash,
    )


def erase_words(*, subject: Any) -> int:
    """Erase what events say about a person: reasons, and what was there before and after. Returns how many events.

    What was done, by whom, when and to which record stays. This is the one change that events know, and only the
    erasure of a person's data asks for it.
    """
    said: QuerySet[Event] = QuerySet(Event).filter(subject=subject)
    return said.update(before=None, after=None, reason="")
