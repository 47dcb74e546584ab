"""What this app announces, inside the transaction in which it happens."""

from django.dispatch import Signal

# sender: assessments.models.Attempt; attempt: the attempt that now has a mark and an outcome (or a better one).
attempt_marked = Signal()
