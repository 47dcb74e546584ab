"""Results of earlier years: marks of tests whose questions are not in the bank."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from assessments.models import Attempt, Test
from people.models import Person

# The one test whose attempts such results are. It asks nothing, so nobody can take it.
EARLIER_RESULTS = "earlier-results"
_TITLES = {
    "title_en": "Results of earlier years",
    "title_ru": "Результаты прошлых лет",
    "title_be": "Вынікі мінулых гадоў",
}
_DERIVED = ["form", "mark", "max_mark", "outcome", "passed_at"]


@dataclass(frozen=True)
class EarlierResult:
    """A mark (hundredths) that somebody had before or after, on an occasion, for an agency."""

    occasion: str
    person: Person
    agency_id: int
    phase: str
    form: str
    mark: int
    max_mark: int
    at: datetime


@transaction.atomic
def bring_results(*, results: Sequence[EarlierResult]) -> list[tuple[Attempt, str]]:
    """Store results of earlier years as attempts without questions. Returns each with new, changed or unchanged.

    The n-th result of a person in a phase of an occasion is the n-th such attempt: brought in again, it is corrected.
    The caller logs it.
    """
    if not results:
        return []
    test, _made = Test.objects.get_or_create(
        code=EARLIER_RESULTS, defaults={"purpose": Test.Purpose.PRE_POST, **_TITLES}
    )
    people = {each.person.pk for each in results}
    known = Attempt.objects.filter(test=test, person__in=people)
    numbers: dict[int, int] = defaultdict(int, known.order_by().values_list("person").annotate(last=Max("number")))
    stored: dict[tuple[str, int, str], list[Attempt]] = defaultdict(list)
    for attempt in known.order_by("number"):
        stored[attempt.occasion, attempt.person_id, attempt.phase].append(attempt)
    brought = []
    for result in results:
        values = _values(result, test.pass_mark)
        earlier = stored[result.occasion, result.person.pk, result.phase]
        if earlier:
            brought.append(_brought_again(earlier.pop(0), values))
        else:
            numbers[result.person.pk] += 1
            brought.append((_attempt(test, result, numbers[result.person.pk], values), "new"))
    Attempt.objects.bulk_create([each for each, verdict in brought if verdict == "new"], batch_size=500)
    Attempt.objects.bulk_update([each for each, verdict in brought if verdict == "changed"], _DERIVED, batch_size=500)
    return brought


def _values(result: EarlierResult, pass_mark: int) -> dict[str, Any]:
    passed = result.mark * 100 >= pass_mark * result.max_mark
    return {
        "form": result.form,
        "mark": result.mark,
        "max_mark": result.max_mark,
        "outcome": Attempt.Outcome.PASSED if passed else Attempt.Outcome.FAILED,
        "passed_at": result.at if passed else None,
    }


def _attempt(test: Test, result: EarlierResult, number: int, values: dict[str, Any]) -> Attempt:
    return Attempt(
        test=test,
        person=result.person,
        agency_id=result.agency_id,
        number=number,
        phase=result.phase,
        occasion=result.occasion,
        language=result.person.language,
        pass_mark=test.pass_mark,
        started_at=result.at,
        submitted_at=result.at,
        **values,
    )


def _brought_again(attempt: Attempt, values: dict[str, Any]) -> tuple[Attempt, str]:
    changed = any(getattr(attempt, name) != values[name] for name in ("form", "mark", "max_mark"))
    if changed:
        for name, value in values.items():
            setattr(attempt, name, value)
    return attempt, "changed" if changed else "unchanged"
