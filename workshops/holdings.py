"""What this app holds about people (`people.holdings`)."""

from django.utils.translation import gettext_lazy as _

from people.holdings import Erasing, Holding, Merging
from people.holdings.own import done_by

HOLDINGS = (
    *done_by("workshops.SignOff", "signed_by"),
    *done_by("workshops.Registration", "nominated_by", "approved_by"),
    *done_by("workshops.AttendanceEvent", "actor"),
    *done_by("workshops.AttendanceRequest", "asked_by", "answered_by"),
    *done_by("workshops.RegisterScan", "added_by"),
    *done_by("workshops.OnlineLog", "added_by"),
    *done_by("workshops.OnlineName", "decided_by"),
    *done_by("workshops.EvaluationAnswer", "redacted_by"),
    *done_by("workshops.Material", "added_by"),
    *done_by("workshops.FacilitatorNote", "written_by"),
    *done_by("workshops.Recommendation", "recorded_by"),
    *done_by("workshops.WorkshopRequest", "asked_by", "answered_by"),
    Holding(
        "workshops.Registration",
        "person",
        Erasing.EMPTIES,
        emptied=("post", "reason"),
        shown={
            "workshop__title": _("Workshop"),
            "agency__name": _("Agency"),
            "post": _("Post"),
            "state": _("State"),
            "created_at": _("Registered"),
            "confirmed_at": _("Confirmed"),
            "completed_at": _("Completed"),
            "reason": _("Reason"),
        },
    ),
    Holding(
        "workshops.AttendanceRecord",
        "person",
        Erasing.KEEPS,
        why="the signed register is kept for the time that the law names",
        shown={
            "session__workshop__title": _("Workshop"),
            "session__starts_at": _("When"),
            "agency__name": _("Agency"),
            "status": _("State"),
            "credited_minutes": _("Credited minutes"),
        },
        merging=Merging.ONE_ONLY,
    ),
    Holding(
        "workshops.AttendanceEvent",
        "person",
        Erasing.EMPTIES,
        emptied=("raw_code", "note"),
        # What stands there of meetings are times, by which a log that is read again finds what it said before.
        among={"source__in": ["facilitator", "qr", "code", "badge", "paper", "coordinator"]},
        shown={
            "device_time": _("When"),
            "kind": _("Kind"),
            "source": _("Seen by"),
            "status": _("State"),
            "note": _("Note"),
        },
    ),
    Holding(
        "workshops.AttendanceRequest",
        "registration__person",
        Erasing.EMPTIES,
        emptied=("reason", "answer"),
        shown={
            "asked_at": _("When"),
            "session__workshop__title": _("Workshop"),
            "status": _("State"),
            "reason": _("Reason"),
            "answer": _("Answer"),
        },
    ),
    Holding(
        "workshops.Facilitation",
        "person",
        Erasing.KEEPS,
        why="who ran a workshop is not counted among those who took part",
        shown={"workshop__title": _("Workshop"), "state": _("State")},
        merging=Merging.ONE_ONLY,
    ),
    Holding("workshops.CalendarFeed", "person", Erasing.DELETES, merging=Merging.ONE_ONLY),
    Holding("workshops.OnlineName", "registration__person", Erasing.BY_SERVICE),
    Holding(
        "workshops.Need",
        "registration__person",
        Erasing.DELETES,
        shown={
            "registration__workshop__title": _("Workshop"),
            "kinds": _("What you need"),
            "note": _("In your words"),
        },
    ),
    Holding(
        "workshops.ActionPlan",
        "registration__person",
        Erasing.EMPTIES,
        emptied=("what", "with_whom", "outcome_note"),
        shown={
            "registration__workshop__title": _("Workshop"),
            "what": _("What I will do"),
            "by_when": _("By when"),
            "with_whom": _("With whom"),
            "outcome": _("How far it has come"),
            "outcome_note": _("What came of it"),
        },
    ),
)
