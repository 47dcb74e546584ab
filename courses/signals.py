"""What this app announces, inside the transaction in which it happens."""

from django.dispatch import Signal

# sender: courses.models.Enrolment; enrolment: the one that was just completed.
enrolment_completed = Signal()
# sender: courses.models.Enrolment; enrolment: a completed one whose final test was passed once more; counted: what was
# counted now, as at completion (`courses.progress.Standing.explanation`).
enrolment_refreshed = Signal()
