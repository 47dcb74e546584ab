"""What this app refuses. Each carries a whole sentence for the person."""

from core.errors import DomainError


class AssessmentError(DomainError):
    """A rule about questions, tests or attempts was not met."""


class QuestionError(AssessmentError):
    """A question, its texts or a test cannot be as an editor wants it."""


class AnswerError(AssessmentError):
    """An answer could not be read. It is not saved and not marked; the person can give it again."""


class StartError(AssessmentError):
    """An attempt may not start now."""


class ClosedError(AssessmentError):
    """An attempt takes no more answers: it was handed in, or its time is over."""


class MarkError(AssessmentError):
    """A mark given by a person cannot be."""
