"""How far the languages are in step: pages, questions and strings of the interface."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from wagtail.models import Page
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from assessments.models import Question, QuestionText
from assessments.question_types.texts import plain_words
from core.catalogues import judging
from courses.models import LessonPage, ModulePage
from home.models import HomePage, PlainPage
from workshops.models import OutlinePage

KINDS: tuple[type[Page], ...] = (HomePage, PlainPage, ModulePage, LessonPage, OutlinePage)
SOURCE = "en"
# A translation this much shorter or longer than its source has lost or gained something.
LENGTHS = (0.6, 1.5)
COUNTED = ("published", "done", "stale", "missing", "suspicious")
# Addresses are written in Latin letters in every language; a short word may well be the same.
UNCHANGED = {"slug"}
SAME_BY_CHANCE = 12


def content_status() -> dict[str, dict[str, dict[str, int]]]:
    """Return {language: {"pages": {"published", "done", "stale", "missing", "suspicious"}, "questions", "strings"}}.

    `published` counts what exists in English and is shown; of these `done` have a published translation that is not
    older, `stale` one that is, `missing` none. `suspicious` are done but equal to the source in a sentence, under 90 %
    Cyrillic letters, or shorter than 0.6 or longer than 1.5 times the source, and not on the reviewed list.
    """
    languages = [code for code, _name in settings.LANGUAGES]
    return {
        language: {
            "pages": _counted(_pages(language)),
            "questions": _counted(_questions(language)),
            "strings": _counted(_strings(language)),
        }
        for language in languages
    }


def _counted(states: Iterator[str]) -> dict[str, int]:
    counts = Counter(states)
    of_all = {"published": counts["done"] + counts["stale"] + counts["missing"]}
    return {name: of_all.get(name, counts[name]) for name in COUNTED}


def _pages(language: str) -> Iterator[str]:
    for kind in KINDS:
        live = {}
        for page in kind.objects.live().filter(locale__language_code__in=[SOURCE, language]).select_related("locale"):
            live[page.translation_key, page.locale.language_code] = page
        for (key, code), source in live.items():
            if code == SOURCE:
                yield from _state(source, live.get((key, language)), language)


def _state(source: Page, translation: Page | None, language: str) -> Iterator[str]:
    if translation is None:
        yield "missing"
    elif _published(source) > _published(translation):
        yield "stale"
    else:
        yield "done"
        if language != SOURCE and is_suspicious(_words(source), _words(translation)):
            yield "suspicious"


def _published(page: Page) -> datetime:
    """When a page was last published; one that was made live without a revision is as old as can be."""
    return page.last_published_at or datetime.min.replace(tzinfo=UTC)


def _words(page: Page) -> dict[str, str]:
    """The translatable texts of a page by where they stand, the same places in every language."""
    found: dict[str, str] = {}
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue) and segment.path not in UNCHANGED:
            found[segment.path] = f"{found.get(segment.path, '')} {segment.string.data}".strip()
    return found


def is_suspicious(source: dict[str, str], translation: dict[str, str]) -> bool:
    """Whether a translation looks as if somebody had forgotten it.

    >>> is_suspicious({"title": "The right to health"}, {"title": "Право на здоровье"})
    False
    >>> is_suspicious({"title": "The right to health"}, {"title": "The right to health"})
    True
    """
    whole, other = " ".join(source.values()), " ".join(translation.values())
    shortest, longest = LENGTHS
    may_equal = judging.reviewed(judging.REVIEWED_CONTENT)
    equal = any(
        text == translation.get(place) and len(text) > SAME_BY_CHANCE and judging.cyrillic_share(text) < 1
        for place, text in source.items()
        if text not in may_equal
    )
    in_step = shortest * len(whole) <= len(other) <= longest * len(whole)
    return equal or not in_step or judging.cyrillic_share(other) < judging.LEAST_CYRILLIC


def _questions(language: str) -> Iterator[str]:
    texts: dict[tuple[int, str], QuestionText] = {}
    wanted = QuestionText.objects.filter(language__in=[SOURCE, language]).select_related("version")
    for text in wanted.order_by("version__number", "revision"):
        texts[text.version.question_id, text.language] = text
    for question in Question.objects.drawable().values_list("pk", flat=True):
        source, translation = texts.get((question, SOURCE)), texts.get((question, language))
        if source is None:
            continue
        if translation is None:
            yield "missing"
        elif translation.version_id != source.version_id:
            yield "stale"
        else:
            yield "done"
            texts_of_both = (_flat(plain_words(each.words)) for each in (source, translation))
            if language != SOURCE and is_suspicious(*texts_of_both):
                yield "suspicious"


def _flat(words: Any, place: str = "") -> dict[str, str]:
    """The texts of a question by where they stand."""
    if isinstance(words, dict):
        return {at: text for key, part in words.items() for at, text in _flat(part, f"{place}.{key}").items()}
    return {place: words} if isinstance(words, str) and words else {}


def _strings(language: str) -> Iterator[str]:
    """The strings of the interface and of the editor's scripts; English is the source itself."""
    catalogues = sorted((Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES").glob("*.po"))
    reviewed = judging.reviewed()
    for entry in chain.from_iterable(polib.pofile(str(catalogue)) for catalogue in catalogues):
        faults = judging.faults(entry, reviewed)
        if "fuzzy" in entry.flags:
            yield "stale"
        elif "not translated" in faults:
            yield "missing"
        else:
            yield "done"
            if faults:
                yield "suspicious"
