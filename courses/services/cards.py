"""What pages of learning put to rows: what a module says to everybody, read once for a version of its content, and
what somebody has done in it."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from core.fragments import rows_in_process
from core.prepared import Given, Prepared
from courses.models import Enrolment, FinalAttempt, LessonProgress, Module


def put_cards(modules: Iterable[Module], language: str) -> None:
    """Add to modules what `with_outline` adds.

    Three queries however many there are, and none for what this process has read in the last minute.
    """
    modules = list(modules)
    numbers = {f"card:{each.pk}:{each.content_version}:{language}": each.pk for each in modules}

    def read(missing: Sequence[str]) -> dict[str, Module]:
        rows = Module.objects.with_outline(language).in_bulk([numbers[key] for key in missing])
        return {key: rows[numbers[key]] for key in missing}

    cards = {each.pk: each for each in rows_in_process(numbers, read).values()}
    for module in modules:
        card = cards[module.pk]
        for name in ("title", "title_language", "summary", "minutes", "is_offered", "offered_lessons"):
            setattr(module, name, getattr(card, name))
        module._prefetched_objects_cache = {"aspect_links": card.aspect_links.all()}  # type: ignore[attr-defined]  # noqa: SLF001


def put_own_facts(enrolments: Sequence[Enrolment]) -> None:
    """Add to enrolments read by `with_tries` what `with_own_facts` adds, in two queries."""
    _PROGRESS.put("progress", "enrolment_id", enrolments)
    _FINAL_ATTEMPTS.put("final_attempts", "enrolment_id", enrolments)


def _progress() -> QuerySet[LessonProgress]:
    return LessonProgress.objects.filter(enrolment__in=Given("owners", many=True))


def _final_attempts() -> QuerySet[FinalAttempt]:
    return FinalAttempt.objects.filter(enrolment__in=Given("owners", many=True)).select_related("attempt")


_PROGRESS, _FINAL_ATTEMPTS = Prepared(_progress), Prepared(_final_attempts)
