"""What this app holds about people (`people.holdings`)."""

from django.utils.translation import gettext_lazy as _

from people.holdings import Erasing, Holding, Merging
from people.holdings.own import done_by

HOLDINGS = (
    *done_by("courses.Assignment", "assigned_by", "withdrawn_by"),
    *done_by("courses.Exemption", "granted_by", "withdrawn_by"),
    *done_by("courses.Contribution", "hidden_by"),
    *done_by("courses.KeptAnswer", "kept_by", "ended_by"),
    *done_by("courses.Complaint", "settled_by"),
    *done_by("courses.LessonFile", "created_by"),
    Holding(
        "courses.Enrolment",
        "person",
        Erasing.KEEPS,
        why="who learned what is what reports count",
        shown={
            "module__code": _("Module"),
            "agency__name": _("Agency"),
            "enrolled_at": _("Enrolled"),
            "started_at": _("Started"),
            "completed_at": _("Completed"),
            "withdrawn_at": _("Left on"),
        },
        merging=Merging.ONE_ONLY,
    ),
    Holding(
        "courses.LessonProgress",
        "enrolment__person",
        Erasing.EMPTIES,
        emptied=("place",),
        shown={
            "lesson__code": _("Lesson"),
            "started_at": _("Started"),
            "completed_at": _("Completed"),
        },
    ),
    Holding(
        "courses.PracticeAnswer",
        "enrolment__person",
        Erasing.DELETES,
        shown={
            "version__question__code": _("Question"),
            "given": _("Answer"),
            "received_at": _("When"),
        },
    ),
    # Private: whoever looks as somebody else is not shown it, and a lesson keeps nothing of it.
    Holding(
        "courses.LessonNote",
        "person",
        Erasing.DELETES,
        shown={"lesson__code": _("Lesson"), "made_at": _("When"), "text": _("Note")},
        merging=Merging.ONE_ONLY,
        private=True,
    ),
    # What is kept of it for others is words of whoever keeps it, which name nobody.
    Holding(
        "courses.Contribution",
        "person",
        Erasing.EMPTIES,
        emptied=("text", "hidden_reason"),
        shown={
            "written_at": _("When"),
            "module__code": _("Module"),
            "text": _("Text"),
            "withdrawn_at": _("Taken back on"),
            "hidden_at": _("Hidden on"),
            "hidden_reason": _("Why it was hidden"),
        },
    ),
    Holding(
        "courses.Complaint",
        "person",
        Erasing.EMPTIES,
        replaced={"reason": "–"},
        shown={"made_at": _("When"), "contribution__module__code": _("Module"), "reason": _("Reason")},
        merging=Merging.ONE_ONLY,
    ),
    Holding(
        "courses.Assignment",
        "person",
        Erasing.EMPTIES,
        emptied=("note",),
        shown={
            "assigned_at": _("When"),
            "module__code": _("Module"),
            "path__title": _("Path of modules"),
            "due_on": _("Due on"),
            "note": _("Note"),
        },
    ),
    Holding(
        "courses.Exemption",
        "person",
        Erasing.EMPTIES,
        replaced={"reason": "–"},
        shown={"granted_at": _("When"), "module__code": _("Module"), "reason": _("Reason")},
        merging=Merging.ONE_ONLY,
    ),
)
