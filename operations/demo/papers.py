"""Papers of the demonstration as PDF: handouts made from its content, and a sheet that people signed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.pdf.document import About
from core.pdf.tables import Column, Paper, draw
from operations.demo import read
from workshops.models import AttendanceStatus, Session
from workshops.printing import ISSUER

LANGUAGE = "ru"


def handout(name: str) -> bytes:
    """A handout from the content file, by its name."""
    words = read("handouts.yaml")["handouts"][name]
    facts = [(label, value) for label, value in words.get("facts", {}).items()]
    more = {name: words[name] for name in ("closing", "row_height") if name in words}
    return _drawn(words["title"], facts, list(words["columns"].items()), words["rows"], **more)


def signed_sheet(session: Session) -> bytes:
    """The sheet of a session with the initials of those who were there, as a scanner saw it."""
    records = session.records.select_related("person", "agency").order_by("person__sort_name", "pk")
    there = {AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY}
    rows = [
        (str(number), str(each.person), each.agency.name_ru, _initials(each.person) if each.status in there else "")
        for number, each in enumerate(records, 1)
    ]
    columns = [("№", 2), ("Имя", 15), ("Ведомство", 20), ("Подпись", 8)]
    facts = [("Семинар", session.workshop.title_ru), ("Занятие", f"{session.number}. {session.title_ru}")]
    return _drawn("Лист с подписями", facts, columns, rows, row_height=24.0)


def _initials(person: Any) -> str:
    return f"{person.given_name[:1]}. {person.family_name}"


def _drawn(
    title: str,
    facts: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, float]],
    rows: Sequence[Sequence[str]],
    **more: Any,
) -> bytes:
    moment: datetime = timezone.now()
    return draw(
        Paper(
            about=About(title, title, ISSUER, LANGUAGE, settings.SITE_ADDRESS, moment),
            title=title,
            facts=facts,
            columns=[Column(heading, share) for heading, share in columns],
            rows=rows,
            page_of=lambda page, pages: f"{page} / {pages}",
            **more,
        )
    )
