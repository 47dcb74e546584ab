"""Pages of tests: taking one, what came out, practice in between."""

from assessments.views.pictures import question_picture
from assessments.views.practice import practice
from assessments.views.results import attempt_ask_again, attempt_result
from assessments.views.taking import attempt, attempt_review, attempt_save, attempt_submit

__all__ = [
    "attempt",
    "attempt_ask_again",
    "attempt_result",
    "attempt_review",
    "attempt_save",
    "attempt_submit",
    "practice",
    "question_picture",
]
