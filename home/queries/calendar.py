"""What is due and when: sessions, modules that have to be completed, certificates that run out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from django.db.models import F, Q, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from certificates.services import module_to_renew
from courses.services import duties_of
from home.queries.learning import CANCELLED
from people.models import Person
from workshops.models import Registration, Session


class Kind(TextChoices):
    """What happens on a day."""

    SESSION = "session", _("session of a workshop")
    DUE = "due", _("to be completed")
    EXPIRY = "expiry", _("certificate runs out")


@dataclass(frozen=True)
class Entry:
    """Something on a day; `begins` and `ends` by the clock of its place, where it has times."""

    day: date
    kind: Kind
    title: str
    address: str
    language: str = ""
    about: str = ""
    begins: time | None = None
    ends: time | None = None
    overdue: bool = False
    # The module whose final test renews a certificate now.
    renew: str = ""


@dataclass(frozen=True)
class Month:
    """A month of the list, by its first day."""

    first: date
    entries: list[Entry]


@dataclass(frozen=True)
class Calendar:
    """What is overdue, then everything from today on by its months."""

    overdue: list[Entry]
    months: list[Month]


def calendar(person: Person, language: str) -> Calendar:
    """Everything of a person that has a day. As many queries however much there is."""
    entries = sorted(
        [*_sessions(person), *_due(person, language), *_expiries(person, language)],
        key=lambda entry: (entry.day, entry.begins or time.min, entry.title),
    )
    coming = [entry for entry in entries if not entry.overdue]
    months = groupby(coming, key=lambda entry: entry.day.replace(day=1))
    return Calendar([entry for entry in entries if entry.overdue], [Month(first, list(rows)) for first, rows in months])


def _sessions(person: Person) -> Iterator[Entry]:
    """Sessions to come that are for the person, of workshops that take place."""
    mine = Registration.objects.active().filter(person=person).exclude(workshop__status__in=CANCELLED)
    sessions = Session.objects.filter(
        Q(track="") | Q(track=F("workshop__registrations__track")),
        workshop__registrations__in=mine.values("pk"),
        ends_at__gt=timezone.now(),
    )
    for each in sessions.select_related("workshop").distinct():
        workshop = each.workshop
        about = ", ".join(filter(None, [str(workshop.title), workshop.place]))
        address = reverse("workshop", args=[workshop.code])
        yield Entry(
            each.day, Kind.SESSION, str(each.title), address, about=about, begins=each.start_time, ends=each.end_time
        )


def _due(person: Person, language: str) -> Iterator[Entry]:
    today = timezone.localdate()
    for each in duties_of(person=person, language=language):
        if each.is_open:
            day, module = each.duty.due_on, each.module
            address = reverse("module", args=[module.code])
            yield Entry(day, Kind.DUE, module.title, address, module.title_language, overdue=day < today)


def _expiries(person: Person, language: str) -> Iterator[Entry]:
    """Certificates that are worth something and will not be for ever."""
    lasting = Certificate.objects.filter(person=person, expires_at__gt=timezone.now())
    for each in lasting.select_related("enrolment__module"):
        if each.status == Certificate.Status.VALID and each.expires_at is not None:
            titles = each.payload["subject"]["titles"]
            title = titles.get(language) or next(iter(titles.values()))
            day, renew = timezone.localdate(each.expires_at), module_to_renew(each)
            yield Entry(day, Kind.EXPIRY, title, reverse("certificate", args=[each.code]), renew=renew)
