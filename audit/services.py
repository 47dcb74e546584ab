"""Recording events."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from audit.context import current
from audit.models import Event
from core.tracing import current_request


@dataclass(frozen=True)
class Note:
    """An event of many that happen at once; the fields are those of `record`."""

    action: str
    obj: Model | None = None
    subject: Any = None
    before: Any = None
    after: Any = None
    reason: str = ""


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
    event = _event(Note(action, obj=obj, subject=subject, before=before, after=after, reason=reason), actor)
    event.save()
    _gather([event])
    return event


def record_all(notes: Iterable[Note], *, actor: Any = None) -> None:
    """Add many events inside the caller's transaction, a thousand with one query."""
    _gather(Event.objects.bulk_create([_event(note, actor) for note in notes], batch_size=1000))


def _event(note: Note, actor: Any) -> Event:
    context, obj = current(), note.obj
    by_whoever_asks = actor is None or (context.seen_as is not None and actor.pk == context.seen_as)
    return Event(
        action=note.action,
        actor_id=context.account_id() if by_whoever_asks else actor.pk,
        subject=note.subject,
        object_type=obj._meta.label if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        before=note.before,
        after=note.after,
        reason=note.reason,
        # A job names the request that asked for it.
        request_id=context.request_id or current_request(),
        address_hash=context.address_hash,
    )


def _gather(events: Iterable[Event]) -> None:
    gathered = current().gathered
    if gathered is not None:
        gathered.extend(events)


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
