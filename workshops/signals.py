"""What this app announces, inside the transaction in which it happens."""

from django.dispatch import Signal

# sender: workshops.models.Registration; registration_id: whose attendance or tests changed.
participation_changed = Signal()
# sender: workshops.models.Registration; registration: the one that just met the rule of its workshop.
registration_completed = Signal()
