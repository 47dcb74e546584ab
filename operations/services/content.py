"""How far the languages are in step: pages, questions, strings of the interface; and whether content holds good."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from wagtail.models import Page
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from assessments.models import Question, QuestionText
from core.catalogues import judging
from core.catalogues.judging import without_tags
from courses.models import LessonPage, ModulePage
from courses.proofing import FEWEST_WORDS, MOST_WORDS, Check, Sheet, figures, findings
from courses.services import dead_links, sheets
from home.models import HomePage, PlainPage
from library.keeping import State
from library.services import Standing, standings
from library.translatables import kind_named, kinds
from workshops.models import OutlinePage

KINDS: tuple[type[Page], ...] = (HomePage, PlainPage, ModulePage, LessonPage, OutlinePage)
SOURCE = "en"
# A translation this much shorter or longer than its source has lost or gained something.
LENGTHS = (0.6, 1.5)
COUNTED = ("published", "done", "stale", "missing", "suspicious")
# Addresses are written in Latin letters in every language; a short word may well be the same.
UNCHANGED = {"slug"}
SAME_BY_CHANCE = 12


def content_status() -> dict[str, dict[str, dict[str, Any]]]:
    """Return {language: {"pages": {"published", "done", "stale", "missing", "suspicious"}, "questions", "strings",
    "lessons": {"published", "within_bounds", "outside"}, "links": {"broken", "where"},
    "figures": {"without_source", "where"}}}.

    `published` counts what exists in English and is shown; of these `done` have a published translation in step with
    it, `stale` one whose source has changed since, `missing` none. `suspicious` are done but equal to the source in a
    sentence, under 90 % Cyrillic letters, or shorter than 0.6 or longer than 1.5 times the source, and not on the
    reviewed list.

    Of what readers get in each language, `lessons` counts those whose running text is as long as it should be and
    names the others with their words; `links` counts what a text or block refers to and readers do not find, `figures`
    what stands in modules and lessons without a source; `where` says "M1.2: 5. text" for each.
    """
    languages = [code for code, _name in settings.LANGUAGES]
    checks = _checks(languages)
    return {
        language: {
            "pages": _counted(_pages(language)),
            "questions": _counted(_questions(language)),
            "strings": _counted(_strings(language)),
            **checks[language],
        }
        for language in languages
    }


def _counted(states: Iterator[str]) -> dict[str, int]:
    counts = Counter(states)
    of_all = {"published": counts["done"] + counts["stale"] + counts["missing"]}
    return {name: of_all.get(name, counts[name]) for name in COUNTED}


def _pages(language: str) -> Iterator[str]:
    """Pages whose source readers get. A draft of a translation is none."""
    if language == SOURCE:
        for kind in KINDS:
            yield from ["done"] * kind.objects.live().filter(locale__language_code=SOURCE).count()
        return
    wanted = [kind for kind in kinds() if kind.model in KINDS]
    for standing in standings(wanted):
        piece = standing.piece
        if standing.language == language and piece.source == SOURCE and piece.versions[SOURCE].live:
            yield from _state(standing, _suspicious_page)


def _state(standing: Standing, is_doubtful: Callable[[Standing], bool]) -> Iterator[str]:
    """Whether somebody of the language has read it yet is no part of this: the list in the CMS says so."""
    if standing.version is None or not standing.version.live or standing.state == State.MISSING:
        yield "missing"
    elif standing.state == State.STALE:
        yield "stale"
    else:
        yield "done"
        if is_doubtful(standing):
            yield "suspicious"


def _suspicious_page(standing: Standing) -> bool:
    kind = kind_named(standing.piece.kind)
    model: Any = kind.model if kind else None
    pages = model.objects.filter(translation_key=standing.piece.key).select_related("locale")
    by_language = {page.locale.language_code: page for page in pages}
    return is_suspicious(_words(by_language[SOURCE]), _words(by_language[standing.language]))


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
    """Questions that a test may show today."""
    shown = set(Question.objects.drawable().values_list("code", flat=True))
    if language == SOURCE:
        texts = QuestionText.objects.filter(language=SOURCE, version__question__code__in=shown)
        yield from ["done"] * texts.values("version__question").distinct().count()
        return
    for standing in standings([kind for kind in kinds() if kind.name == "question"]):
        piece = standing.piece
        if standing.language == language and piece.source == SOURCE and piece.key in shown:
            yield from _state(standing, _suspicious_question)


def _suspicious_question(standing: Standing) -> bool:
    texts = (standing.piece.versions[code].words for code in (SOURCE, standing.language))
    return is_suspicious(*({place: without_tags(text) for place, text in words.items()} for words in texts))


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


def _checks(languages: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """What readers get, looked through as editors have it looked through; a fixed number of queries for each kind."""
    pages = [
        page
        for kind in (ModulePage, LessonPage)
        for page in kind.objects.live().filter(alias_of=None).select_related("locale").order_by("path")
    ]
    found: dict[str, dict[str, dict[str, Any]]] = {
        language: {
            "lessons": {"published": 0, "within_bounds": 0, "outside": {}},
            "links": {"broken": 0, "where": []},
            "figures": {"without_source": 0, "where": []},
        }
        for language in languages
    }
    for page, sheet in zip(pages, sheets(pages, as_read=True), strict=True):
        _add_checks(found[sheet.language], page.code, sheet)
    for language, said in _links_elsewhere():
        found[language]["links"]["where"].append(said)
    for of_language in found.values():
        of_language["links"]["broken"] = len(of_language["links"]["where"])
        of_language["figures"]["without_source"] = len(of_language["figures"]["where"])
    return found


def _add_checks(found: dict[str, dict[str, Any]], code: str, sheet: Sheet) -> None:
    """Add what was found on the page of a module or a lesson to that of its language."""
    if sheet.is_lesson:
        words = figures(sheet).words
        lessons = found["lessons"]
        lessons["published"] += 1
        if FEWEST_WORDS <= words <= MOST_WORDS:
            lessons["within_bounds"] += 1
        else:
            lessons["outside"][code] = words
    found["links"]["where"] += [f"{code}: {each.where}: {each.name}" for each in sheet.broken]
    found["figures"]["where"] += [
        f"{code}: {each.where}: {each.values['figure']}" for each in findings(sheet) if each.check == Check.UNSOURCED
    ]


def _links_elsewhere() -> Iterator[tuple[str, str]]:
    """(Language, where and what) of each link that leads nowhere, in all that is neither a module nor a lesson."""
    for kind in kinds():
        if kind.model not in (ModulePage, LessonPage):
            texts = [
                (f"{language} {kind.name} {piece.title}: {piece.labels.get(place, place)}", text)
                for piece in kind.pieces(None)
                for language, version in piece.versions.items()
                if version.live
                for place, text in version.words.items()
            ]
            for each in dead_links(texts):
                language, where = each.where.split(" ", 1)
                yield language, f"{where}: {each.name}"
