"""Recording events."""

from collections.abc import Collection, Iterable
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
    by_whoever_asks = actor is None or (context.seen_as is not None and actor.pk == context.seen_as)
    event = Event.objects.create(
        action=action,
        actor_id=context.account_id() if by_whoever_asks else actor.pk,
        subject=subject,
        object_type=obj._meta.label if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        before=before,
        after=after,
        reason=reason,
        request_id=context.request_id,
        address_hash=context.address_hash,
    )
    if context.gathered is not None:
        context.gathered.append(event)
    return event


def keep(events: Iterable[Event], *, actions: Collection[str]) -> None:
    """Add again, of events that were undone with everything else, those with one of the actions."""
    columns = [field.attname for field in Event._meta.fields if not field.primary_key]
    for event in events:
        if event.action in actions:
            Event.objects.create(**{name: getattr(event, name) for name in columns})


def erase_words(*, subject: Any) -> int:
    """Erase what events say about a person: reasons, and what was there before and after. Returns how many events.

    What was done, by whom, when and to which record stays. This is the one change that events know, and only the
    erasure of a person's data asks for it.
    """
    said: QuerySet[Event] = QuerySet(Event).filter(subject=subject)
    return said.update(before=None, after=None, reason="")
