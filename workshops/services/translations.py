"""Outlines and evaluation forms as pieces of content in several languages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from library.services import kind_of_pages, languages
from library.translatables import Kind, Piece, Unit, Version
from workshops.models import EvaluationForm, Outline, OutlinePage, OutlineSession
from workshops.services.evaluation import save_evaluation_form
from workshops.services.outlines import save_outline_session

_PAGES = kind_of_pages("outline", _("outline"), OutlinePage)
# How titles of sessions are called among the texts of an outline.
_SESSIONS = "sessions."
_SESSION_FIELDS = ("day", "start_time", "end_time", "planned_minutes", "kind", "required")


# --- Outlines: a page in each language, and the titles of the planned sessions ---------------------------------------
def _pieces_of_outlines(keys: Collection[str] | None) -> list[Piece]:
    sessions: dict[str, list[OutlineSession]] = defaultdict(list)
    for session in OutlineSession.objects.select_related("outline").order_by("outline", "number"):
        sessions[str(session.outline.translation_key)].append(session)
    return [_with_sessions(piece, sessions[piece.key]) for piece in _PAGES.pieces(keys)]


def _with_sessions(piece: Piece, sessions: list[OutlineSession]) -> Piece:
    versions = {
        language: replace(version, words={**version.words, **_titles(sessions, language)})
        for language, version in piece.versions.items()
    }
    labels = {f"{_SESSIONS}{each.number}": f"{_('Session')} {each.number}" for each in sessions}
    return replace(piece, versions=versions, labels={**piece.labels, **labels})


def _titles(sessions: list[OutlineSession], language: str) -> dict[str, str]:
    titles = {f"{_SESSIONS}{each.number}": getattr(each, f"title_{language}") for each in sessions}
    return {place: title for place, title in titles.items() if title}


def _units_of_outline(piece: Piece, language: str) -> list[Unit]:
    source, target = piece.versions[piece.source].words, piece.versions.get(language)
    said = target.words if target else {}
    titles = [Unit(place, text, said.get(place, "")) for place, text in source.items() if place.startswith(_SESSIONS)]
    return [*_PAGES.units(piece, language), *titles]


def _write_outline(piece: Piece, language: str, units: Sequence[Unit], actor: Any) -> None:
    titles = {unit.place: unit.translation for unit in units if unit.place.startswith(_SESSIONS)}
    _PAGES.write(piece, language, [unit for unit in units if unit.place not in titles], actor)
    outline = Outline.objects.filter(translation_key=piece.key).first()
    for session in OutlineSession.objects.filter(outline=outline):
        title = titles.get(f"{_SESSIONS}{session.number}")
        if outline is not None and title:
            fields = {name: getattr(session, name) for name in _SESSION_FIELDS}
            words = {f"title_{code}": getattr(session, f"title_{code}") for code in languages()}
            words[f"title_{language}"] = title
            save_outline_session(outline=outline, number=session.number, session=session, **fields, **words)


# --- Evaluation forms: a column per language ------------------------------------------------------------------------
def _pieces_of_forms(keys: Collection[str] | None) -> list[Piece]:
    forms = EvaluationForm.objects.prefetch_related("questions")
    if keys is not None:
        forms = forms.filter(code__in=keys)
    return [_form(form) for form in forms]


def _form(form: EvaluationForm) -> Piece:
    versions = {language: Version(_form_words(form, language), live=form.current) for language in languages()}
    # A language in which nothing was written is none.
    written = {language: version for language, version in versions.items() if version.words}
    labels = {
        place: _("Title") if place == "title" else f"{_('Question')} {place.replace('.', ', ')}"
        for place in written["en"].words
    }
    return Piece("evaluation", form.code, form.title_en, "en", written, labels)


def _form_words(form: EvaluationForm, language: str) -> dict[str, str]:
    words = {"title": getattr(form, f"title_{language}")}
    for question in form.questions.all():
        words[question.code] = getattr(question, f"text_{language}")
        words |= {f"{question.code}.{option['code']}": option.get(language, "") for option in question.options}
    return {place: text for place, text in words.items() if text}


def _units_of_form(piece: Piece, language: str) -> list[Unit]:
    target = piece.versions.get(language)
    said = target.words if target else {}
    return [Unit(place, text, said.get(place, "")) for place, text in piece.versions[piece.source].words.items()]


def _write_form(piece: Piece, language: str, units: Sequence[Unit], actor: Any) -> None:
    """Save the form with other words; one that people have answered is refused, as everywhere."""
    said = {unit.place: unit.translation for unit in units}
    form = EvaluationForm.objects.prefetch_related("questions").get(code=piece.key)
    title = {code: getattr(form, f"title_{code}") for code in languages()}
    title[language] = said.get("title", title[language])
    questions = [_question(question, language, said) for question in form.questions.all()]
    save_evaluation_form(code=form.code, kind=form.kind, title=title, questions=questions, current=form.current)


def _question(question: Any, language: str, said: Mapping[str, str]) -> dict[str, Any]:
    text = {code: getattr(question, f"text_{code}") for code in languages()}
    text[language] = said.get(question.code, text[language])
    options = [
        {**option, language: said.get(f"{question.code}.{option['code']}", option[language])}
        for option in question.options
    ]
    return {
        "code": question.code,
        "kind": question.kind,
        "text": text,
        "lowest": question.lowest,
        "highest": question.highest,
        "options": options,
    }


KINDS = (
    Kind(
        "outline", _PAGES.label, _pieces_of_outlines, _units_of_outline, _write_outline, model=OutlinePage, drafts=True
    ),
    Kind("evaluation", _("evaluation form"), _pieces_of_forms, _units_of_form, _write_form),
)
