"""Questions as pieces of content in several languages. Their versions and texts are their own history."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import Question, QuestionText, QuestionVersion
from assessments.question_types.described import PARTS, TEXTS
from assessments.question_types.texts import PLAIN, leaves, plain_stem
from assessments.services.questions import describe_question, revise_text
from library.services import languages
from library.translatables import Due, Kind, Piece, Unit, Version


def pieces_of_questions(keys: Collection[str] | None = None) -> list[Piece]:
    """Every question that is not retired, with the newest words of each language; one query."""
    texts = QuestionText.objects.exclude(version__question__status=Question.Status.RETIRED)
    if keys is not None:
        texts = texts.filter(version__question__code__in=keys)
    found: dict[str, list[QuestionText]] = defaultdict(list)
    for text in texts.select_related("version__question").order_by("version__question__code", "version__number", "pk"):
        found[text.version.question.code].append(text)
    return [_piece(code, of_question) for code, of_question in found.items()]


def _piece(code: str, texts: list[QuestionText]) -> Piece:
    newest = {text.language: text for text in texts}
    source = newest[next(language for language in languages() if language in newest)]
    question = source.version.question
    address = reverse("questions:edit", args=[question.pk])
    versions = {
        language: Version(
            _words(text),
            live=language != source.language or question.status == Question.Status.PUBLISHED,
            address=address,
            unread=text.review == QuestionText.Review.AWAITING,
            pairs=None if text is source else _pairs(text, source, texts),
            behind=text.version_id != source.version_id,
        )
        for language, text in newest.items()
    }
    title = f"{code} {plain_stem(source.words)}"
    return Piece("question", code, title, source.language, versions, _labels(source), address)


def _pairs(text: QuestionText, source: QuestionText, texts: list[QuestionText]) -> dict[str, list[str]]:
    """What a translation was made from: the words of the source in its version, as they stood at that time."""
    before = [
        each
        for each in texts
        if (each.language, each.version_id) == (source.language, text.version_id)
        and (each.revision == 1 or each.created_at <= text.created_at)
    ]
    words = _words(before[-1]) if before else {}
    return {place: [words[place], said] for place, said in _words(text).items() if place in words}


def _words(text: QuestionText) -> dict[str, str]:
    """Texts by place. How many answers are accepted, and in which words, is for each language to say."""
    return {place: words for place, words in leaves(text.words) if words.strip() and not PLAIN.fullmatch(place)}


def _labels(text: QuestionText) -> dict[str, Any]:
    return {place: _label(place) for place, _said in leaves(text.words)}


def _label(place: str) -> Any:
    name, _dot, part = place.partition(".")
    if name in PARTS:
        return str(PARTS[name]) % part
    return TEXTS.get(name, place)


# --- To a translator, and back --------------------------------------------------------------------------------------
def _units(piece: Piece, language: str) -> list[Unit]:
    source, target = _newest(piece.key, piece.source), _newest(piece.key, language)
    said = dict(leaves(target.words)) if target else {}
    return [Unit(place, text, said.get(place, "")) for place, text in leaves(source.words) if text.strip()]


def _newest(code: str, language: str) -> Any:
    texts = QuestionText.objects.filter(version__question__code=code, language=language)
    return texts.order_by("-version__number", "-revision").first()


def _write(piece: Piece, language: str, units: Sequence[Unit], actor: Any) -> None:
    """Give the newest version its words in a language: what was there before, and the translations over it."""
    version = QuestionVersion.objects.newest().get(question__code=piece.key)
    source, target = _newest(piece.key, piece.source), _newest(piece.key, language)
    words = deepcopy(dict(source.words))
    if target is not None:
        if "accept" in target.words:
            words["accept"] = deepcopy(target.words["accept"])
        _put(words, dict(leaves(target.words)))
    _put(words, {unit.place: unit.translation for unit in units})
    revise_text(version=version, language=language, words=words)


def _put(words: dict[str, Any], texts: Mapping[str, str]) -> None:
    for place, text in texts.items():
        *steps, last = place.split(".")
        inside: Any = words
        for step in steps:
            inside = next(_inner(inside, step), None)
        if isinstance(inside, dict) and last in inside:
            inside[last] = text
        elif isinstance(inside, list) and last.isdecimal() and int(last) < len(inside):
            inside[int(last)] = text


def _inner(inside: Any, step: str) -> Iterator[Any]:
    if isinstance(inside, dict) and step in inside:
        yield inside[step]
    elif isinstance(inside, list) and step.isdecimal() and int(step) < len(inside):
        yield inside[int(step)]


def _due(until: date, language: str) -> list[Due]:
    """Published questions that somebody looks at again until a day; two queries."""
    due = Question.objects.filter(status=Question.Status.PUBLISHED, review_on__lte=until)
    days = {code: day for code, day in due.values_list("code", "review_on") if day is not None}
    return [
        Due("question", each.key, each.title, each.source, days[each.key], each.begin)
        for each in pieces_of_questions(list(days))
    ]


def _renew(code: str, day: date, actor: Any) -> tuple[Question, date | None] | None:
    question = Question.objects.filter(code=code).first()
    if question is None:
        return None
    describe_question(question=question, actor=actor, review_on=day)
    return question, question.review_on


KIND = Kind(
    "question",
    _("question"),
    pieces_of_questions,
    _units,
    _write,
    own_history=True,
    due=_due,
    renew=_renew,
)
