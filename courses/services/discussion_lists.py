"""The list of the morning for those who run cohorts: which questions wait, and which contributions to look at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import override

from core.jobs import for_each
from courses import cohorts, emails
from courses.models import Complaint, Contribution, Module
from courses.services.reminders import MORNING
from people.models import Language, Person
from people.services import managers

DAY = timedelta(days=1)
FRIDAY, MONDAY = 4, 0
_Place = tuple[int, str]


@dataclass
class _Waiting:
    """What waits in the discussion of a cohort, and since when the newest of it."""

    questions: int = 0
    complaints: int = 0
    newest: datetime | None = None

    def note(self, newest: datetime) -> None:
        self.newest = max(self.newest or newest, newest)


def plan_waiting_lists(*, now: datetime) -> int:
    """Plan the lists of the next morning of a working day, or bring them up to date. Returns how many there are.

    Somebody gets one when something came since the morning before, and on Mondays about all that still waits.
    """
    morning = next_morning(now)
    since, places = _morning_before(morning), _places()
    people = _readers(places)
    due = {
        person: found
        for person, found in people.items()
        if morning.weekday() == MONDAY or any((places[place].newest or since) >= since for place in found)
    }
    with transaction.atomic():
        emails.cancel_waiting_lists(morning, but=[person.pk for person in due])
    titles = _Titles({place[0] for place in places}, {place[1] for place in places})
    planned = for_each(
        due.items(),
        lambda one: emails.plan_waiting_list(one[0], titles.lines(one[0].language, one[1], places), morning),
    )
    return len([each for each in planned if each is not None])


def next_morning(now: datetime) -> datetime:
    """Return the next morning of a working day by the Academy's clock."""
    local = timezone.localtime(now)
    day = local.date() + (DAY if local.time() >= MORNING else timedelta(0))
    while day.weekday() > FRIDAY:
        day += DAY
    return timezone.make_aware(datetime.combine(day, MORNING))


def _morning_before(morning: datetime) -> datetime:
    day = timezone.localdate(morning) - DAY
    while day.weekday() > FRIDAY:
        day -= DAY
    return timezone.make_aware(datetime.combine(day, MORNING))


def _places() -> dict[_Place, _Waiting]:
    """What waits by module and cohort: two queries."""
    found: dict[_Place, _Waiting] = defaultdict(_Waiting)
    waiting = Contribution.objects.waiting().order_by().values_list("module", "cohort")
    for module, cohort, count, newest in waiting.annotate(Count("pk"), Max("written_at")):
        found[module, cohort].questions = count
        found[module, cohort].note(newest)
    open_ones = Complaint.objects.filter(settled_at=None).order_by()
    for module, cohort, count, newest in open_ones.values_list("contribution__module", "contribution__cohort").annotate(
        Count("contribution", distinct=True), Max("made_at")
    ):
        found[module, cohort].complaints = count
        found[module, cohort].note(newest)
    return dict(found)


def _readers(places: Iterable[_Place]) -> dict[Person, list[_Place]]:
    """Who answers for each: those who run the cohort and can sign in; where there is nobody, managers."""
    running = cohorts.runners({cohort for _module, cohort in places})
    people = {person.pk for found in running.values() for person in found}
    able = Person.objects.filter(pk__in=people, account__is_active=True).in_bulk()
    everybody: list[Person] | None = None
    found: dict[Person, list[_Place]] = defaultdict(list)
    for place in sorted(places):
        readers: list[Any] = [able[each.pk] for each in running[place[1]] if each.pk in able]
        if not readers:
            everybody = managers() if everybody is None else everybody
            readers = everybody
        for person in readers:
            found[person].append(place)
    return dict(found)


class _Titles:
    """What modules and cohorts are called, asked once for each language."""

    def __init__(self, modules: set[int], keys: set[str]) -> None:
        self._modules: dict[str, dict[int, str]] = {}
        self._cohorts: dict[str, dict[str, str]] = {}
        for language in Language.values if modules else ():
            titled = Module.objects.filter(pk__in=modules).with_title(language)
            self._modules[language] = {module.pk: module.title for module in titled}
            with override(language):
                self._cohorts[language] = cohorts.named(keys)

    def lines(self, language: str, places: list[_Place], waiting: dict[_Place, _Waiting]) -> list[emails.Waiting]:
        return [
            emails.Waiting(
                title=self._modules[language][place[0]],
                cohort=self._cohorts[language][place[1]],
                questions=waiting[place].questions,
                complaints=waiting[place].complaints,
            )
            for place in places
        ]
