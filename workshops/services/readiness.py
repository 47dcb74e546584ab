"""What a workshop still needs, gathered from its records."""

from django.db.models import Sum
from django.utils import timezone

from workshops.models import OutlinePage, Registration, Session, Workshop
from workshops.readiness import Check, Facts, SessionFacts, checklist
from workshops.services.clashes import clashes_of


def readiness_of(workshop: Workshop) -> list[Check]:
    """The list of what a workshop needs before everybody sees it, in a constant number of queries."""
    sessions = [_session_facts(each) for each in workshop.sessions.select_related("room")]
    answers = list(workshop.facilitations.running().values_list("state", flat=True))
    return checklist(
        Facts(
            today=timezone.localdate(),
            starts_on=workshop.starts_on,
            zone=workshop.zone,
            titles=_titles(workshop),
            sessions=sessions,
            facilitators=len(answers),
            accepted=answers.count("accepted"),
            capacity=workshop.pools.aggregate(seats=Sum("seats"))["seats"],
            test_required=workshop.test_required or workshop.test_taken,
            has_test=workshop.test_id is not None,
            registration_until=workshop.registration_until,
            has_outline=workshop.outline is not None,
            page_in_language=_has_page(workshop),
            clashes=len(clashes_of(workshop)),
            people=Registration.objects.active().filter(workshop=workshop).count(),
        )
    )


def _session_facts(session: Session) -> SessionFacts:
    return SessionFacts(
        titles=_titles(session),
        zone=session.zone,
        needs_room=session.mode != Session.Mode.ONLINE,
        has_room=session.room is not None,
        needs_link=session.mode != Session.Mode.ROOM,
        has_link=bool(session.join_link),
        seats=session.room.seats if session.room is not None else None,
    )


def _titles(named: Workshop | Session) -> list[str]:
    return [named.title_en, named.title_ru, named.title_be]


def _has_page(workshop: Workshop) -> bool:
    if workshop.outline is None:
        return False
    pages = OutlinePage.objects.filter(translation_key=workshop.outline.translation_key, live=True)
    return pages.filter(locale__language_code=workshop.language).exists()
