"""What people send, and what editors write."""

from assessments.forms.answering import AnswersForm, answers_in
from assessments.forms.filing import CategoryForm, ObjectiveForm
from assessments.forms.question import QuestionEditor
from assessments.forms.question_rows import rearranged
from assessments.forms.tests import TestEditor

__all__ = ["AnswersForm", "CategoryForm", "ObjectiveForm", "QuestionEditor", "TestEditor", "answers_in", "rearranged"]
