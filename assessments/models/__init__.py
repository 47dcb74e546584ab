"""Question bank, tests, attempts."""

from assessments.models.attempts import GRACE, Appeal, Attempt, AttemptItem, Marking
from assessments.models.bank import (
    Category,
    Objective,
    Question,
    QuestionTag,
    QuestionText,
    QuestionType,
    QuestionVersion,
    Voiding,
)
from assessments.models.imports import UNDO_FOR, QuestionImport
from assessments.models.tests import Override, Section, Test, TestItem

__all__ = [
    "GRACE",
    "UNDO_FOR",
    "Appeal",
    "Attempt",
    "AttemptItem",
    "Category",
    "Marking",
    "Objective",
    "Override",
    "Question",
    "QuestionImport",
    "QuestionTag",
    "QuestionText",
    "QuestionType",
    "QuestionVersion",
    "Section",
    "Test",
    "TestItem",
    "Voiding",
]
