"""What people send, and what editors write."""

from assessments.forms.answering import AnswersForm, answers_in
from assessments.forms.filing import CategoryForm, ObjectiveForm
from assessments.forms.tests import TestForm

__all__ = ["AnswersForm", "CategoryForm", "ObjectiveForm", "TestForm", "answers_in"]
