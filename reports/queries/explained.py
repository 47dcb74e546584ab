"""Why somebody's share of the hours is what it is: session by session."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from people.models import Agency
from reports.columns import Column, Report, Row
from reports.queries.attendance import Participant, SessionCell, participants_of
from reports.queries.scope import OutOfScopeError, Question
from workshops.attendance import share
from workshops.models import AttendanceRecord, AttendanceStatus, Session

REQUIRED, OPTIONAL, TO_COME = "required", "optional", "to_come"


def attendance_explained(question: Question) -> Report:
    """The sessions of one person in one workshop with minutes and who said so. Raises OutOfScopeError where the
    account sees no such person in it."""
    found = participants_of(question) if question.person and question.workshop else []
    if not found:
        raise OutOfScopeError(_("There is nobody with this code in the workshop among the people of your agency."))
    participant = found[0]
    sessions = {each.number: each for each in Session.objects.filter(workshop=participant.workshop)}
    records = {
        each.session_id: each
        for each in AttendanceRecord.objects.filter(
            person=participant.person, session__workshop=participant.workshop
        ).select_related("agency")
    }
    rows = [
        _row(cell, sessions[cell.number], records.get(sessions[cell.number].pk), participant.agency)
        for cell in participant.cells
    ]
    return Report(
        name="attendance-explained",
        title=_("%(name)s: how the share of hours comes about") % {"name": participant.person.full_name},
        columns=[
            Column("session", _("Session"), "text"),
            Column("day", _("Day"), "date"),
            Column("counts", _("Counts"), "code"),
            Column("status", _("Register"), "code"),
            Column("credited_minutes", _("Minutes credited"), "integer"),
            Column("planned_minutes", _("Minutes planned"), "integer"),
            Column("reason", _("Who said so"), "text"),
            Column("agency", _("Agency of that day"), "text"),
        ],
        rows=rows,
        totals=_totals(participant),
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes=_codes(),
        of_totals=[Column("share", _("Share so far"), "share"), Column("of_all", _("Of all required hours"), "share")],
    )


def _row(each: SessionCell, session: Session, record: AttendanceRecord | None, agency: Agency) -> Row:
    counts = (REQUIRED if each.cell.required else OPTIONAL) if each.cell.held else TO_COME
    return {
        "session": str(session),
        "day": session.day,
        "counts": counts,
        "status": each.status,
        "credited_minutes": each.cell.credited,
        "planned_minutes": each.cell.planned,
        "reason": str(record.reason_label) if record else "",
        "agency": (record.agency if record else agency).name,
    }


def _totals(participant: Participant) -> Row:
    standing = participant.standing
    return {
        "credited_minutes": standing.credited_held,
        "planned_minutes": standing.planned_held,
        "share": share(standing.credited_held, standing.planned_held),
        "of_all": participant.overall.of_all,
    }


def _definitions() -> dict[str, str]:
    return {
        "rows": _("A row per session of the person's track in which the person was expected, in the order of numbers."),
        "counts": _("Only required sessions that were held count for the share so far."),
        "credited_minutes": _(
            "Minutes credited: all when present; when late or leaving early the minutes there plus 10, or a set share "
            "without a time; nothing when excused, absent or not recorded. The total is over required sessions held."
        ),
        "planned_minutes": _("Planned minutes of the session. The total is over required sessions held."),
        "share": _("Minutes credited ÷ minutes planned of required sessions held."),
        "of_all": _("Minutes credited ÷ planned minutes of all required sessions: what the certificate goes by."),
        "reason": _(
            "What decided the register: a facilitator's mark outweighs a scan, a scan outweighs an online log."
        ),
    }


def _codes() -> Mapping[str, Mapping[str, str]]:
    return {
        "counts": {REQUIRED: _("counts"), OPTIONAL: _("not required"), TO_COME: _("to come")},
        "status": {code: str(label) for code, label in AttendanceStatus.choices},
    }
