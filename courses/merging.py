"""What becomes of learning that two records of one person have both (`people.merging`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from people.merging import MergeRule


def first_of(*moments: Any) -> Any:
    """Return the earliest of some moments; None where there is none."""
    return min((each for each in moments if each is not None), default=None)


def _worth(enrolment: Any) -> tuple[bool, float, int]:
    completed = enrolment.completed_at
    return completed is not None, -completed.timestamp() if completed else 0.0, enrolment.progress.count()


def _take_over(stays: Any, goes: Any) -> dict[str, Any]:
    left = [stays.withdrawn_at, goes.withdrawn_at]
    return {
        "enrolled_at": min(stays.enrolled_at, goes.enrolled_at),
        "started_at": first_of(stays.started_at, goes.started_at),
        "withdrawn_at": None if None in left else max(left),
        "refresher_at": first_of(stays.refresher_at, goes.refresher_at),
    }


def _read_first(stays: Any, goes: Any) -> dict[str, Any]:
    return {
        "started_at": min(stays.started_at, goes.started_at),
        "completed_at": first_of(stays.completed_at, goes.completed_at),
    }


def _both_notes(stays: Any, goes: Any) -> dict[str, Any]:
    return {"text": "\n\n".join(filter(None, [stays.text, goes.text])), "made_at": min(stays.made_at, goes.made_at)}


MERGE_RULES = (
    MergeRule(
        "courses.Enrolment",
        better=_worth,
        combine=_take_over,
        named=lambda enrolment: str(enrolment.module),
        says=_("Both are enrolled in the same module: there is one enrolment, with what both have read and passed."),
    ),
    MergeRule(
        "courses.LessonProgress",
        better=lambda progress: progress.completed_at is not None,
        combine=_read_first,
        named=lambda progress: str(progress.lesson),
        says=_("Both have opened the same lesson: it counts as read when one of them has read it."),
    ),
    MergeRule(
        "courses.LessonNote",
        combine=_both_notes,
        named=lambda note: str(note.lesson),
        says=_("Both have marked the same place in a lesson: it stays marked once, with both notes."),
    ),
    MergeRule(
        "courses.Complaint",
        better=lambda complaint: complaint.settled_at is None,
        named=lambda complaint: str(complaint.contribution.module),
        says=_("Both have complained of the same contribution: it counts once, and one that is open stays open."),
    ),
)
