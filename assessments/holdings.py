"""What this app holds about people (`people.holdings`)."""

from django.utils.translation import gettext_lazy as _

from people.holdings import Erasing, Holding
from people.holdings.own import done_by

HOLDINGS = (
    *done_by("assessments.QuestionVersion", "created_by"),
    *done_by("assessments.Voiding", "created_by"),
    *done_by("assessments.QuestionImport", "created_by", "undone_by"),
    *done_by("assessments.Override", "created_by"),
    *done_by("assessments.Marking", "marker"),
    *done_by("assessments.Appeal", "answered_by"),
    Holding(
        "assessments.Override",
        "person",
        Erasing.EMPTIES,
        replaced={"reason": "–"},
        shown={
            "test__title": _("Test"),
            "attempts_limit": _("Attempts allowed"),
            "extra_minutes": _("Extra minutes"),
            "reason": _("Reason"),
        },
    ),
    Holding(
        "assessments.Attempt",
        "person",
        Erasing.KEEPS,
        why="marks of tests are what reports count",
        shown={
            "test__title": _("Test"),
            "number": _("Attempt"),
            "started_at": _("Started"),
            "submitted_at": _("Handed in"),
            "outcome": _("Result"),
            "mark": _("Mark, hundredths"),
            "max_mark": _("Highest mark, hundredths"),
        },
    ),
    # What was chosen stays, for questions are measured by it; what was written in own words goes.
    Holding(
        "assessments.AttemptItem",
        "attempt__person",
        Erasing.EMPTIES,
        replaced={"response": ""},
        emptied=("mark_reason",),
        only={"version__question__type": "essay", "response__isnull": False},
        shown={
            "attempt__test__title": _("Test"),
            "position": _("Question"),
            "response": _("Answer"),
            "mark_reason": _("Reason for the mark"),
        },
    ),
    Holding("assessments.Marking", "item__attempt__person", Erasing.EMPTIES, emptied=("reason",)),
    Holding(
        "assessments.Appeal",
        "item__attempt__person",
        Erasing.EMPTIES,
        emptied=("reason", "answer"),
        shown={
            "created_at": _("When"),
            "item__attempt__test__title": _("Test"),
            "reason": _("Reason"),
            "answer": _("Answer"),
        },
    ),
)
