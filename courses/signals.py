"""What this app announces, inside the transaction in which it happens."""

from django.dispatch import Signal

# sender: courses.models.Enrolment; enrolment: the one that was just completed.
enrolment_completed = Signal()
