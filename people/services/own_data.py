"""Everything that is held about a person, to read and to take along."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.services import record
from core import clocks
from core.pdf.document import About
from core.pdf.tables import Column, Paper, draw
from mail.kinds import CHOSEN
from people.actions import sentence_of
from people.holdings import Holding, holdings
from people.models import Account, Person
from people.services.holdings import kind_called, rows_of
from people.wording import called, purpose_called


@dataclass(frozen=True)
class Section:
    """Rows of one kind: `columns` are headings, each row has a text for each; `raw` is the same for machines."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    raw: Sequence[dict[str, Any]]

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of a heading and what stands below it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class _Shown:
    """How one value of a row is found and said."""

    label: str
    key: str
    # The first that says something counts: names stand in a column per language.
    paths: tuple[str, ...]
    say: Callable[[Any], str]


def sections_of(person: Person, *, private: bool = True) -> list[Section]:
    """Return all that is held about a person, one query per kind of rows, in the language of the page.

    Without `private` what nobody but the person reads is left out.
    """
    shown = (holding for holding in holdings() if holding.shown and (private or not holding.private))
    found = (_section(holding, person) for holding in shown)
    return [section for section in found if section.rows]


def export_json(*, person: Person, actor: Account | None = None) -> bytes:
    """Return a file for machines: {"made_at", "held": [{"what", "title", "rows": [{…}]}]}. Noted in the audit trail."""
    held = [{"what": each.key, "title": each.title, "rows": each.raw} for each in sections_of(person)]
    record("people.own_data_exported", obj=person, actor=actor, subject=person, after={"format": "json"})
    text = json.dumps({"made_at": timezone.now(), "held": held}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return text.encode()


def export_pdf(*, person: Person, actor: Account | None = None) -> bytes:
    """Return the same as a tagged PDF in the language of the page. Noted in the audit trail."""
    sections, now = sections_of(person), timezone.now()
    rows = [(each.title, _row_in_words(each, row)) for each in sections for row in each.rows]
    record("people.own_data_exported", obj=person, actor=actor, subject=person, after={"format": "pdf"})
    title = _("What is held about me")
    return draw(
        Paper(
            about=About(
                title=title,
                subject=person.full_name,
                author=_("Migration Health Academy"),
                language=get_language() or "en",
                identifier=f"own-data-{person.public_code}",
                moment=now,
            ),
            title=title,
            facts=[(_("Person"), person.full_name), (_("Date"), _say_moment(now))],
            columns=[Column(_("What"), 3), Column(_("What it says"), 9)],
            rows=rows,
            page_of=lambda page, pages: _("Page %(number)s of %(total)s") % {"number": page, "total": pages},
        )
    )


def _row_in_words(section: Section, row: Sequence[str]) -> str:
    return "; ".join(f"{label}: {text}" for label, text in zip(section.columns, row, strict=True) if text)


def _section(holding: Holding, person: Person) -> Section:
    rows = rows_of(holding, person)
    shown = [_way(rows.model, path, str(label)) for path, label in holding.shown.items()]
    paths = dict.fromkeys(path for each in shown for path in each.paths)
    found = list(rows.order_by("pk").values(*paths))
    raw = [{each.key: _first(each, row) for each in shown} for row in found]
    return Section(
        key=holding.model.lower(),
        title=capfirst(kind_called(holding.model, many=True)),
        columns=[each.label for each in shown],
        rows=[[each.say(row[each.key]) for each in shown] for row in raw],
        raw=raw,
    )


def _first(shown: _Shown, row: dict[str, Any]) -> Any:
    values = [row[path] for path in shown.paths]
    return next((value for value in values if value not in (None, "")), values[0])


def _way(model: type[models.Model], path: str, label: str) -> _Shown:
    """Return how to read and say what stands at the end of a path; "agency__name" is in the language of the page."""
    *steps, name = path.split("__")
    for step in steps:
        target = model._meta.get_field(step).related_model
        assert isinstance(target, type)  # noqa: S101 - tells the type checker
        model = target
    names = {each.name for each in model._meta.concrete_fields}
    before = "".join(f"{step}__" for step in steps)
    if name != "pk" and name not in names:
        language = (get_language() or "en")[:2]
        paths = tuple(f"{before}{name}_{each}" for each in dict.fromkeys((language, "en")))
        return _Shown(label, path.replace("__", "."), paths, _say)
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101 - tells the type checker
    choices = dict(field.flatchoices)
    say: Callable[[Any], str] = partial(_say_choice, choices) if choices else _say
    say = _WORDS.get(f"{field.model._meta.label}.{name}", say)
    return _Shown(label, path.replace("__", "."), (path,), say)


def _say_kinds(keys: list[str]) -> str:
    return ", ".join(str(CHOSEN[key].title) if key in CHOSEN else key for key in keys)


# Keys whose words stand elsewhere.
_WORDS: dict[str, Callable[[Any], str]] = {
    "audit.Event.action": sentence_of,
    "people.Account.muted_messages": _say_kinds,
    "people.Consent.purpose": purpose_called,
}


def _say_choice(choices: dict[Any, Any], value: Any) -> str:
    return str(choices.get(value, value or ""))


def _say(value: Any) -> str:
    """Return a value as people read it."""
    if value is None or value in ("", [], {}):
        return ""
    for kind, say in _SAYING.items():
        if isinstance(value, kind):
            return say(value)
    return str(value)


def _say_mapping(values: dict[str, Any]) -> str:
    return "; ".join(f"{called(str(key))}: {_say(each)}" for key, each in values.items() if _say(each))


def _say_moment(moment: datetime) -> str:
    return clocks.said(moment, "SHORT_DATETIME_FORMAT")


# A truth is a number as well, and a moment a day: the first that fits counts.
_SAYING: dict[type, Callable[[Any], str]] = {
    bool: lambda value: _("yes") if value else _("no"),
    datetime: _say_moment,
    date: lambda value: date_format(value, "SHORT_DATE_FORMAT"),
    dict: _say_mapping,
    list: lambda values: ", ".join(_say(each) for each in values),
}
