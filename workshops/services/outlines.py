"""Identity and rule data of outlines. The words are pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from library.services import note_translations
from workshops.errors import WorkshopError
from workshops.models import Outline, OutlineAspect, OutlinePage, OutlineSession


@transaction.atomic
def sync_outline(*, page: OutlinePage) -> Outline:
    """Make or refresh the record of a published outline page, whichever language it is in.

    Raises WorkshopError when the page is not published or its code belongs to another outline.
    """
    if not page.live:
        raise WorkshopError(_("Publish the page first."))
    if Outline.objects.filter(code=page.outline_code).exclude(translation_key=page.translation_key).exists():
        raise WorkshopError(_("Another outline has the code %(code)s.") % {"code": page.outline_code})
    outline, created = Outline.objects.update_or_create(
        translation_key=page.translation_key, defaults={"code": page.outline_code, "sdgs": page.sdgs}
    )
    if page.aspects != [link.aspect for link in outline.aspect_links.all()]:
        outline.aspect_links.all().delete()
        OutlineAspect.objects.bulk_create(OutlineAspect(outline=outline, aspect=aspect) for aspect in page.aspects)
    if created:
        record("workshops.outline_created", obj=outline, after={"code": outline.code})
    return outline


@transaction.atomic
def set_outline_sessions(*, outline: Outline, rows: Iterable[Mapping[str, Any]]) -> list[OutlineSession]:
    """Make the planned sessions of an outline exactly `rows`; scheduled workshops keep their copies.

    A row has number, day, start_time, end_time, kind, title_en and, if wanted, planned_minutes, title_ru, title_be,
    required. Raises WorkshopError for a row whose end is not after its start, or whose number comes twice.
    """
    sessions = [_planned(outline, row) for row in rows]
    numbers = [session.number for session in sessions]
    if len(set(numbers)) != len(numbers):
        raise WorkshopError(_("Two sessions have the same number."))
    OutlineSession.objects.filter(outline=outline).exclude(number__in=numbers).delete()
    existing = {session.number: session for session in OutlineSession.objects.filter(outline=outline)}
    for session in sessions:
        _store(session, existing.get(session.number))
    note_translations(kind="outline", keys=[str(outline.translation_key)])
    return sessions


@transaction.atomic
def save_outline_session(
    *, outline: Outline, number: int, session: OutlineSession | None = None, **fields: Any
) -> OutlineSession:
    """Change a planned session, or the one that has the number; where there is none, add it."""
    planned = _planned(outline, {"number": number, **fields})
    existing = session or OutlineSession.objects.filter(outline=outline, number=number).first()
    _store(planned, existing)
    note_translations(kind="outline", keys=[str(outline.translation_key)])
    return planned


def _planned(outline: Outline, row: Mapping[str, Any]) -> OutlineSession:
    session = OutlineSession(outline=outline, **{**row, "planned_minutes": row.get("planned_minutes") or _minutes(row)})
    if session.end_time <= session.start_time:
        raise WorkshopError(_("Session %(number)d must end after it begins.") % {"number": session.number})
    return session


def _minutes(row: Mapping[str, Any]) -> int:
    start, end = row["start_time"], row["end_time"]
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _store(session: OutlineSession, existing: OutlineSession | None) -> None:
    """Write over the row that exists, so that a second load leaves the same rows."""
    if existing is not None:
        session.pk = existing.pk
        session._state.adding = False  # noqa: SLF001 - Django's own way to turn an insert into an update
    session.save()
