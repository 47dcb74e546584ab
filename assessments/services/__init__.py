"""Every write of this app."""

from assessments.services.attempts import (
    Answer,
    Saved,
    attempts_left,
    save_response,
    save_responses,
    start_attempt,
    submit_attempt,
)
from assessments.services.marks import credit_for, mark_response
from assessments.services.questions import add_version, check_practice, create_question, revise_text
from assessments.services.tests import change_test, check_place, create_test, save_category, save_objective

__all__ = [
    "Answer",
    "Saved",
    "add_version",
    "attempts_left",
    "change_test",
    "check_place",
    "check_practice",
    "create_question",
    "create_test",
    "credit_for",
    "mark_response",
    "revise_text",
    "save_category",
    "save_objective",
    "save_response",
    "save_responses",
    "start_attempt",
    "submit_attempt",
]
