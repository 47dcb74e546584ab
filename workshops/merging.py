"""What becomes of workshops in which two records of one person both have a place (`people.merging`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from people.merging import MergeRule

# States in which a registration stands, the one that counts most last.
_WORTH = ("waitlisted", "nominated", "invited", "pending", "offered", "confirmed")


def _worth(registration: Any) -> tuple[bool, int, bool]:
    state = _WORTH.index(registration.state) if registration.state in _WORTH else -1
    return registration.completed_at is not None, state, registration.attended


def _came_first(stays: Any, goes: Any) -> dict[str, Any]:
    confirmed = [each.confirmed_at for each in (stays, goes) if each.confirmed_at is not None]
    return {"created_at": min(stays.created_at, goes.created_at), "confirmed_at": min(confirmed, default=None)}


def _runs_more(facilitation: Any) -> tuple[bool, bool, bool]:
    return facilitation.state == "accepted", facilitation.state != "declined", facilitation.right == "everything"


MERGE_RULES = (
    MergeRule(
        "workshops.Registration",
        better=_worth,
        combine=_came_first,
        named=lambda registration: str(registration.workshop),
        says=_(
            "Both have a place in the same workshop: there is one registration, with what hangs on both. The personal "
            "code of the other one opens nothing any more."
        ),
    ),
    MergeRule(
        "workshops.AttendanceRecord",
        named=lambda record: str(record.session),
        says=_("Both stand on the register of the same session: it is counted anew from everything that was seen."),
    ),
    MergeRule(
        "workshops.Facilitation",
        better=_runs_more,
        combine=lambda stays, goes: {"lead": stays.lead or goes.lead},
        named=lambda facilitation: str(facilitation.workshop),
        says=_("Both run the same workshop: who accepted stays."),
    ),
    MergeRule(
        "workshops.EvaluationInvitation",
        combine=lambda stays, goes: {"answered": stays.answered or goes.answered},
        named=lambda invitation: str(invitation.wave.workshop),
        says=_("Both were asked for the same evaluation: the person was asked once."),
    ),
)
