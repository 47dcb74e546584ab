"""Where learners stop, for the desk of those who write lessons. Writes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.numbers import rounded
from courses.dropoff import SETTLED, DropOff, Opened, drop_off
from courses.models import Lesson, LessonPage, LessonProgress
from library.desk import Entry, Part, Pile
from people.models import Account


def piles_of_lessons(account: Account) -> Iterator[Pile]:
    """The lessons that people open and never complete, the worst first."""
    found = drop_off(_counts())
    lessons = Lesson.objects.with_title((get_language() or "en")[:2]).in_bulk([each.lesson for each in found])
    pages = _pages(lessons.values())
    heading = ngettext("Learners stop in %(count)s lesson", "Learners stop in %(count)s lessons", len(found))
    yield Pile(
        "lessons",
        Part.STUMBLED,
        len(found),
        heading % {"count": len(found)},
        _("Whoever opens a lesson completes it, as far as enough people have opened one."),
        [_entry(each, lessons[each.lesson], pages) for each in found],
        hint=_(
            "Of those who opened a lesson at least 14 days ago and have not withdrawn, the share who never completed "
            "it. Numbers of one to four people stay hidden."
        ),
    )


def _counts() -> Iterator[Opened]:
    """Per lesson on offer, how many opened it long enough ago, and how many of them never completed it; one query."""
    settled = LessonProgress.objects.filter(
        started_at__lte=timezone.now() - SETTLED,
        enrolment__withdrawn_at__isnull=True,
        lesson__in=Lesson.objects.offered(),
    )
    rows = (
        settled.order_by()
        .values("lesson")
        .annotate(opened=Count("pk"), stopped=Count("pk", filter=Q(completed_at__isnull=True)))
    )
    return (
        Opened(*row)
        for row in rows.order_by("lesson__module", F("lesson__position")).values_list("lesson", "opened", "stopped")
    )


def _pages(lessons: Iterable[Lesson]) -> Mapping[Any, str]:
    """Where each lesson is written, by its key: in the language in which it was written first."""
    pages = LessonPage.objects.filter(translation_key__in=[each.translation_key for each in lessons], alias_of=None)
    found: dict[Any, str] = {}
    for key, pk in pages.order_by("pk").values_list("translation_key", "pk"):
        found.setdefault(key, reverse("wagtailadmin_pages:edit", args=[pk]))
    return found


def _entry(found: DropOff, lesson: Lesson, pages: Mapping[Any, str]) -> Entry:
    opened = ngettext("%(count)s person opened it", "%(count)s people opened it", found.opened) % {
        "count": found.opened
    }
    if found.share is None:
        said = _("%(opened)s; how many stopped is hidden, because it is about fewer than five people.")
        told = capfirst(said % {"opened": opened})
    else:
        said = _("%(share)s %% never completed it; %(opened)s.")
        told = said % {"share": rounded(found.share * 100), "opened": opened}
    return Entry(f"{lesson.code} {lesson.title}", pages.get(lesson.translation_key, ""), lesson.title_language, told)
