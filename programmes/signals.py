"""What this app announces, inside the transaction in which it happens."""

from django.dispatch import Signal

# sender: programmes.models.ProgrammeCompletion; completion: the one that was just earned.
programme_completed = Signal()
