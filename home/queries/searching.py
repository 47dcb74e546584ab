"""What the search finds: modules, lessons, terms, resources and workshops, in whatever language they are written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.searching import TITLE, Part, Question, excerpt, indexed, marked, without_markup
from courses.models import Lesson, LessonPage, Module, ModulePage
from library.models import Resource, Term
from workshops.models import PLACES, Workshop

# How many of each kind are shown together; a kind by itself has pages.
TOGETHER = 5


class Kind(TextChoices):
    """What can be found, in the order of the page."""

    MODULES = "modules", _("Modules")
    LESSONS = "lessons", _("Lessons")
    TERMS = "terms", _("Glossary")
    RESOURCES = "resources", _("Resources")
    WORKSHOPS = "workshops", _("Workshops")


@dataclass(frozen=True)
class Found:
    """One thing with the place where it is read and what was found in it."""

    title: list[Part]
    address: str
    text: list[Part]
    language: str
    about: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of a kind: how many, and those that are shown."""

    kind: Kind
    count: int
    rows: list[Found]

    @property
    def more(self) -> bool:
        return self.count > len(self.rows)


@dataclass(frozen=True)
class _Hit:
    """What fits, before anything of it is read: its key, and how near it is to what was asked for."""

    pk: int
    key: Any
    language: str
    in_title: bool


def find(
    asked: Question, language: str, kinds: Iterable[Kind] = Kind, *, first: int = 0, last: int = TOGETHER
) -> list[Group]:
    """Return what fits of each kind, nearest first: two or three queries a kind, however much there is."""
    groups = [Group(kind, *_FINDERS[kind](asked, language, slice(first, last))) for kind in kinds]
    return [group for group in groups if group.rows]


def _best(hits: Iterable[_Hit], language: str) -> list[_Hit]:
    """Each thing once, in the reader's language where that fits; those first whose title has what was asked for."""
    ranks = {language: 0, settings.LANGUAGE_CODE: 1}
    ordered = sorted(hits, key=lambda hit: (ranks.get(hit.language, 2), hit.language))
    best: dict[Any, _Hit] = {}
    for hit in ordered:
        best.setdefault(hit.key, hit)
    return sorted(best.values(), key=lambda hit: (not hit.in_title, hit.language != language))


def _in_order(rows: QuerySet[Any], hits: list[_Hit]) -> list[Any]:
    found = rows.in_bulk([hit.pk for hit in hits])
    return [found[hit.pk] for hit in hits]


def _hits(rows: QuerySet[Any], *order: str) -> list[_Hit]:
    columns = ("pk", "translation_key", "locale__language_code", "in_title")
    return [_Hit(*values) for values in rows.order_by(*order).values_list(*columns)]


# --- Finders: (question, language, slice) → how many there are, and the rows of the slice ----------------------------
def _modules(asked: Question, language: str, shown: slice) -> tuple[int, list[Found]]:
    hits = _best(_hits(ModulePage.objects.asked_for(asked), "module_code"), language)
    pages = _in_order(ModulePage.objects.select_related("locale"), hits[shown])
    return len(hits), [_page(page, asked, reverse("module", args=[page.code]), page.code) for page in pages]


def _lessons(asked: Question, language: str, shown: slice) -> tuple[int, list[Found]]:
    offered = Lesson.objects.offered().filter(module__in=Module.objects.offered().values("pk"))
    pages = LessonPage.objects.asked_for(asked).filter(translation_key__in=offered.values("translation_key"))
    hits = _best(_hits(pages, "lesson_code"), language)
    found = _in_order(LessonPage.objects.select_related("locale"), hits[shown])
    keys = [page.translation_key for page in found]
    lessons = Lesson.objects.filter(translation_key__in=keys).select_related("module")
    addresses = {each.translation_key: reverse("lesson", args=[each.module.code, each.code]) for each in lessons}
    return len(hits), [_page(page, asked, addresses[page.translation_key], page.code) for page in found]


def _page(page: ModulePage | LessonPage, asked: Question, address: str, about: str) -> Found:
    text = excerpt(page.words(), asked)
    return Found(marked(page.title, asked), address, text, page.locale.language_code, about)


def _terms(asked: Question, language: str, shown: slice) -> tuple[int, list[Found]]:
    """The glossary is short: its terms are read as they are."""
    every = {term.pk: term for term in Term.objects.live().best_first(language)}
    kept = {pk: indexed(term.name, term.definition) for pk, term in every.items()}
    fits = [
        _Hit(pk, every[pk].slug, every[pk].locale.language_code, asked.fits(text, sign=TITLE))
        for pk, text in kept.items()
        if asked.fits(text)
    ]
    hits = _best(fits, language)
    return len(hits), [_term(every[hit.pk], asked) for hit in hits[shown]]


def _term(term: Term, asked: Question) -> Found:
    address = f"{reverse('glossary')}#term-{term.slug}"
    return Found(marked(term.name, asked), address, excerpt(term.definition, asked), term.locale.language_code)


def _resources(asked: Question, language: str, shown: slice) -> tuple[int, list[Found]]:
    hits = _best(_hits(Resource.objects.asked_for(asked), "slug"), language)
    found = _in_order(Resource.objects.select_related("locale"), hits[shown])
    return len(hits), [_resource(each, asked) for each in found]


def _resource(resource: Resource, asked: Question) -> Found:
    text = " ".join(filter(None, [resource.summary, resource.publisher, without_markup(resource.body)]))
    address = reverse("resource", args=[resource.slug])
    code = resource.locale.language_code
    return Found(marked(resource.title, asked), address, excerpt(text, asked), code, resource.get_kind_display())


def _workshops(asked: Question, language: str, shown: slice) -> tuple[int, list[Found]]:
    """Those to come first. A workshop has few words: they are compared as they stand."""
    columns = ("pk", "code", "title_en", "title_ru", "title_be", *PLACES)
    today = timezone.localdate()
    public = Workshop.objects.public()
    ordered = [public.upcoming(today).values_list(*columns), public.past(today).values_list(*columns)]
    fits = [pk for rows in ordered for pk, *words in rows if asked.fits(indexed("", *words))]
    found = public.in_bulk(fits[shown])
    return len(fits), [_workshop(found[pk], asked) for pk in fits[shown]]


def _workshop(workshop: Workshop, asked: Question) -> Found:
    dates = " – ".join(dict.fromkeys(date_format(day, "DATE_FORMAT") for day in (workshop.starts_on, workshop.ends_on)))
    text = marked(", ".join(filter(None, [dates, workshop.place])), asked)
    address = reverse("workshop", args=[workshop.code])
    return Found(marked(workshop.title, asked), address, text, "", workshop.get_status_display())


_FINDERS: dict[Kind, Callable[[Question, str, slice], tuple[int, list[Found]]]] = {
    Kind.MODULES: _modules,
    Kind.LESSONS: _lessons,
    Kind.TERMS: _terms,
    Kind.RESOURCES: _resources,
    Kind.WORKSHOPS: _workshops,
}
