"""Who takes a module with whom: the people of a workshop whose programme has the module (`courses.cohorts`)."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format

from core.prepared import Given, Prepared
from courses.cohorts import Groups
from people.models import Account, Person
from workshops.models import Facilitation, Registration, Workshop

_WORD = "workshop "
# Nobody belongs to what was called off, or is not announced yet.
NEVER = [Workshop.Status.DRAFT, Workshop.Status.CANCELLED]


def cohort_of_workshop(workshop: int) -> str:
    """Return the key of the cohort that the people of a workshop are, by the number of the workshop."""
    return f"{_WORD}{workshop}"


def _workshops(keys: Collection[str]) -> list[int]:
    return [int(key.removeprefix(_WORD)) for key in keys if key.startswith(_WORD)]


def _of_person(person: int) -> dict[int, str]:
    """The latest workshop in which the person has a place, by the modules of its programmes."""
    return {module: cohort_of_workshop(workshop) for module, workshop in _TAKEN.rows(person=person)}


def _taken() -> QuerySet[Workshop, Any]:
    seats = Registration.objects.filter(person=Given("person"), state=Registration.State.CONFIRMED).values("workshop")
    found = Workshop.objects.filter(pk__in=seats, programmes__modules__isnull=False).exclude(status__in=NEVER)
    return found.order_by("starts_on", "pk").values_list("programmes__modules", "pk")


_TAKEN = Prepared(_taken)


def _run_by(account: Account) -> list[str]:
    workshops = [] if account.person_id is None else _FACILITATED.rows(person=account.person_id)
    return [cohort_of_workshop(pk) for pk in workshops]


def _facilitated() -> QuerySet[Facilitation, int]:
    running = Facilitation.objects.running().filter(person=Given("person"))
    return running.order_by().values_list("workshop", flat=True)


_FACILITATED = Prepared(_facilitated)


def _named(keys: Collection[str]) -> dict[str, str]:
    found = Workshop.objects.filter(pk__in=_workshops(keys))
    days = {each.pk: date_format(each.starts_on, "DATE_FORMAT") for each in found}
    return {cohort_of_workshop(each.pk): f"{each.title}, {days[each.pk]}" for each in found}


def _runners(keys: Collection[str]) -> dict[str, list[Person]]:
    found: dict[str, list[Any]] = {}
    running = Facilitation.objects.running().filter(workshop__in=_workshops(keys))
    for each in running.select_related("person").order_by("-lead", "pk"):
        found.setdefault(cohort_of_workshop(each.workshop_id), []).append(each.person)
    return found


COHORTS_OF_WORKSHOPS = Groups(of_person=_of_person, run_by=_run_by, named=_named, runners=_runners)
