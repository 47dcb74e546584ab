"""The audit trail as people read it: managers all of it, everybody what was done with the own data."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import Event
from audit.services import record
from people import sightings
from people.actions import READING, actions_saying
from people.models import Account, Person, PersonQuerySet
from people.services.holdings import kind_called
from people.wording import called, said


@dataclass(frozen=True)
class TrailQuestion:
    """What is looked for. person, actor: names, e-mail or code; action: words of the sentence; object: kind or key."""

    person: str = ""
    actor: str = ""
    action: str = ""
    object: str = ""
    first_day: date | None = None
    last_day: date | None = None

    @property
    def asked(self) -> dict[str, str]:
        """What was asked for, as it is noted and as it stands in an address."""
        return {name: str(value) for name, value in self.__dict__.items() if value}


def events_asked_for(question: TrailQuestion, account: Account) -> QuerySet[Event]:
    """Return the events that a question means, the last one first, with the people whom they name.

    Everything for managers, nothing for anybody else. Whoever looks for a person by name is noted.
    """
    events = Event.objects.all() if account.is_authenticated and account.sees_everybody else Event.objects.none()
    if question.person:
        events = events.filter(subject__in=_called(question.person).with_merged())
    if question.actor:
        by_email = Q(actor__email=question.actor.strip().lower())
        events = events.filter(Q(actor__person__in=_called(question.actor)) | by_email)
    if question.action:
        events = events.filter(action__in=actions_saying(question.action))
    if question.object:
        events = events.filter(_about(question.object))
    if question.first_day:
        events = events.filter(at__gte=_begin(question.first_day))
    if question.last_day:
        events = events.filter(at__lt=_begin(question.last_day + timedelta(days=1)))
    return _with_people(events)


def note_trail_read(question: TrailQuestion, account: Account) -> None:
    """Note that somebody searched the trail for a person: that is a reading of this person's data."""
    if not question.person:
        return
    found = list(_called(question.person)[:2])
    record("people.trail_read", actor=account, subject=found[0] if len(found) == 1 else None, after=question.asked)


def events_about(person: Person) -> QuerySet[Event]:
    """Return what was done about a person, the last first; about records that went into it as well."""
    return _with_people(Event.objects.filter(subject__in=_all_of(person)))


def readings_of(person: Person) -> QuerySet[Event]:
    """Return who read, took along, or viewed as them, the data of a person, lists in which they stand included.

    What the person did does not count.
    """
    condition = Q(subject__in=_all_of(person), action__in=READING)
    for way in sightings.ways():
        condition |= way(person) or Q(pk__in=[])
    own = Account.objects.filter(person=person).values("pk")
    return _with_people(Event.objects.filter(condition).exclude(actor__in=own))


def _with_people(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.select_related("actor__person", "subject").order_by("-at", "-pk")


def _all_of(person: Person) -> QuerySet[Person]:
    return Person.objects.filter(pk=person.pk).with_merged()


def _called(text: str) -> PersonQuerySet:
    return Person.objects.search(text) | Person.objects.filter(public_code=text.strip())


def _about(text: str) -> Q:
    """What an object may be named by: "workshops.Workshop", "Workshop 12", its name in the language of the page."""
    words = text.split()
    condition = Q()
    for word in words:
        folded = word.casefold()
        labels = [
            model._meta.label
            for model in apps.get_models()
            if folded in model._meta.label.casefold() or folded in str(model._meta.verbose_name).casefold()
        ]
        condition &= Q(object_id=word) | Q(object_type__in=labels)
    return condition


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def object_of(event: Event) -> str:
    """Return which record an event is about: its kind in the language of the page, and its key."""
    if not event.object_type:
        return ""
    return f"{kind_called(event.object_type)} {event.object_id}"


def values_of(value: Any) -> list[tuple[str, str]]:
    """Return what stood there before or after as pairs of a name and a value; what is no mapping has no name."""
    if value in (None, {}, [], ""):
        return []
    if not isinstance(value, dict):
        return [("", said(value))]
    return [(called(str(key)), said(each, str(key))) for key, each in value.items() if each not in (None, "", [], {})]
